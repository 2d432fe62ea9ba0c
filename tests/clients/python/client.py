"""A client in Python: places an order, reads a refusal, and follows the change feed until it shows the order."""

import sys

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from csp.feed.v1 import change_event_pb2, feed_service_pb2_grpc
from csp.policy.v1 import refusal_pb2
from csp.subscription.v1 import order_pb2, quote_pb2, subscription_service_pb2_grpc

TIMEOUT = 60


def main(address, partner_token, operator_token):
    partner = [("authorization", f"Bearer {partner_token}")]
    operator = [("authorization", f"Bearer {operator_token}")]
    with grpc.insecure_channel(address) as channel:
        sales = subscription_service_pb2_grpc.SubscriptionServiceStub(channel)
        request = order("example-python", ("offers/office", 5))
        placed = sales.SubmitOrder(request, metadata=partner, timeout=TIMEOUT).order
        print("placed", placed.name)

        try:
            request = order("refused-python", ("offers/office", 301), ("offers/backup", 4))
            sales.SubmitOrder(request, metadata=partner, timeout=TIMEOUT)
        except grpc.RpcError as error:
            print_refusal(error)

        feed = feed_service_pb2_grpc.FeedServiceStub(channel)
        request = change_event_pb2.WatchEventsRequest(start=change_event_pb2.START_BEGINNING)
        for response in feed.WatchEvents(request, metadata=operator, timeout=TIMEOUT):
            # A bookmark, and content that this client does not know, are no event.
            if response.event.subject == placed.name:
                print("seen", response.event.subject, response.event.type)
                return
    sys.exit("the feed ended without the order")


def order(id, *lines):
    return order_pb2.SubmitOrderRequest(
        request_id=id,
        order_id=id,
        parent="customers/tailspin",
        order=order_pb2.OrderDraft(
            lines=quote_pb2.OrderLines(
                lines=[quote_pb2.OrderLine(offer=offer, quantity=quantity) for offer, quantity in lines]
            ),
            reseller_mpn_id="2001",
            attested_capacity=order_pb2.CAPACITY_INDIRECT,
        ),
    )


def print_refusal(error):
    """Prints the reason of a refused call, and every broken rule with its first remedy."""
    for detail in rpc_status.from_call(error).details:
        info, failure = error_details_pb2.ErrorInfo(), error_details_pb2.PreconditionFailure()
        refusal = refusal_pb2.Refusal()
        if detail.Unpack(info):
            print("refused", info.reason)
        elif detail.Unpack(failure):
            print("broken rules", len(failure.violations))
        elif detail.Unpack(refusal):
            # With more rules than fit into an error, the decision has all of them.
            for violation in refusal.violations:
                print("-", violation.rule_id, f"{violation.message}; remedy:", violation.remedies[0].text)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: client.py ADDRESS PARTNER_TOKEN OPERATOR_TOKEN")
    main(*sys.argv[1:])
