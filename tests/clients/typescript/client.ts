// A client in TypeScript: places an order, reads a refusal, and follows the change feed until it shows the order.

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { Start } from "./generated/csp/feed/v1/change_event_pb.js";
import { FeedService } from "./generated/csp/feed/v1/feed_service_pb.js";
import { RefusalSchema } from "./generated/csp/policy/v1/refusal_pb.js";
import { Capacity, type SubmitOrderRequestSchema } from "./generated/csp/subscription/v1/order_pb.js";
import { SubscriptionService } from "./generated/csp/subscription/v1/subscription_service_pb.js";
import { ErrorInfoSchema, PreconditionFailureSchema } from "./generated/google/rpc/error_details_pb.js";

type Line = { offer: string; quantity: number };

function order(id: string, ...lines: Line[]): MessageInitShape<typeof SubmitOrderRequestSchema> {
  return {
    requestId: id,
    orderId: id,
    parent: "customers/tailspin",
    order: {
      content: { case: "lines", value: { lines } },
      resellerOfRecord: { case: "resellerMpnId", value: "2001" },
      attestedCapacity: Capacity.INDIRECT,
    },
  };
}

/** Prints the reason of a refused call, and every broken rule with its first remedy. */
function printRefusal(refused: ConnectError) {
  for (const info of refused.findDetails(ErrorInfoSchema)) {
    console.log("refused", info.reason);
  }
  for (const refusal of refused.findDetails(RefusalSchema)) {
    // With more rules than fit into an error, the decision has all of them.
    for (const { ruleId, message, remedies } of refusal.violations) {
      console.log("-", ruleId, `${message}; remedy:`, remedies[0].text);
    }
  }
  for (const failure of refused.findDetails(PreconditionFailureSchema)) {
    console.log("broken rules", failure.violations.length);
  }
}

async function main(address: string, partnerToken: string, operatorToken: string) {
  const partner = { headers: { authorization: `Bearer ${partnerToken}` }, timeoutMs: 60_000 };
  const operator = { headers: { authorization: `Bearer ${operatorToken}` }, timeoutMs: 60_000 };
  const transport = createGrpcTransport({ baseUrl: `http://${address}` });
  const sales = createClient(SubscriptionService, transport);
  const feed = createClient(FeedService, transport);

  const placed = await sales.submitOrder(order("example-typescript", { offer: "offers/office", quantity: 5 }), partner);
  console.log("placed", placed.order?.name);

  try {
    const lines = [{ offer: "offers/office", quantity: 301 }, { offer: "offers/backup", quantity: 4 }];
    await sales.submitOrder(order("refused-typescript", ...lines), partner);
  } catch (error) {
    printRefusal(ConnectError.from(error));
  }

  for await (const next of feed.watchEvents({ start: Start.BEGINNING }, operator)) {
    // A bookmark, and content that this client does not know, are no event.
    if (next.content.case === "event" && next.content.value.subject === placed.order?.name) {
      console.log("seen", next.content.value.subject, next.content.value.type);
      return;
    }
  }
  throw new ConnectError("the feed ended without the order", Code.DataLoss);
}

if (process.argv.length !== 5) {
  console.error("usage: client.js ADDRESS PARTNER_TOKEN OPERATOR_TOKEN");
  process.exit(2);
}
await main(process.argv[2], process.argv[3], process.argv[4]);
// The open connection would keep the process alive.
process.exit();
