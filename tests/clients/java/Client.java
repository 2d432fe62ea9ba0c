import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import io.cspsuite.feed.v1.FeedServiceGrpc;
import io.cspsuite.feed.v1.Start;
import io.cspsuite.feed.v1.WatchEventsRequest;
import io.cspsuite.policy.v1.Refusal;
import io.cspsuite.policy.v1.Violation;
import io.cspsuite.subscription.v1.Capacity;
import io.cspsuite.subscription.v1.OrderDraft;
import io.cspsuite.subscription.v1.OrderLine;
import io.cspsuite.subscription.v1.OrderLines;
import io.cspsuite.subscription.v1.SubmitOrderRequest;
import io.cspsuite.subscription.v1.SubscriptionServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;

/** A client in Java: places an order, reads a refusal, and follows the change feed until it shows the order. */
public final class Client {
    public static void main(String[] arguments) throws InvalidProtocolBufferException {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("usage: Client ADDRESS PARTNER_TOKEN OPERATOR_TOKEN");
        }
        ManagedChannel channel =
            Grpc.newChannelBuilder(arguments[0], InsecureChannelCredentials.create()).build();
        try {
            run(channel, arguments[1], arguments[2]);
        } finally {
            channel.shutdownNow();
        }
    }

    /** The stub with the caller's credential. */
    private static <S extends AbstractStub<S>> S as(String token, S stub) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static void run(ManagedChannel channel, String partner, String operator)
            throws InvalidProtocolBufferException {
        var sales = as(partner, SubscriptionServiceGrpc.newBlockingStub(channel));
        String placed = sales.submitOrder(order("example-java", line("offers/office", 5))).getOrder().getName();
        System.out.println("placed " + placed);

        try {
            sales.submitOrder(order("refused-java", line("offers/office", 301), line("offers/backup", 4)));
        } catch (StatusRuntimeException refused) {
            printRefusal(StatusProto.fromThrowable(refused));
        }

        var feed = as(operator, FeedServiceGrpc.newBlockingStub(channel))
            .watchEvents(WatchEventsRequest.newBuilder().setStart(Start.START_BEGINNING).build());
        while (feed.hasNext()) {
            // A bookmark, and content that this client does not know, are no event.
            var event = feed.next().getEvent();
            if (event.getSubject().equals(placed)) {
                System.out.println("seen " + placed + " " + event.getType());
                return;
            }
        }
        throw new IllegalStateException("the feed ended without the order");
    }

    private static OrderLine line(String offer, int quantity) {
        return OrderLine.newBuilder().setOffer(offer).setQuantity(quantity).build();
    }

    private static SubmitOrderRequest order(String id, OrderLine... lines) {
        OrderDraft content = OrderDraft.newBuilder()
            .setLines(OrderLines.newBuilder().addAllLines(java.util.List.of(lines)))
            .setResellerMpnId("2001")
            .setAttestedCapacity(Capacity.CAPACITY_INDIRECT)
            .build();
        return SubmitOrderRequest.newBuilder()
            .setRequestId(id)
            .setOrderId(id)
            .setParent("customers/tailspin")
            .setOrder(content)
            .build();
    }

    /** Prints the reason of a refused call, and every broken rule with its first remedy. */
    private static void printRefusal(com.google.rpc.Status refused) throws InvalidProtocolBufferException {
        for (Any detail : refused.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                System.out.println("refused " + detail.unpack(ErrorInfo.class).getReason());
            } else if (detail.is(PreconditionFailure.class)) {
                int rules = detail.unpack(PreconditionFailure.class).getViolationsCount();
                System.out.println("broken rules " + rules);
            } else if (detail.is(Refusal.class)) {
                // With more rules than fit into an error, the decision has all of them.
                for (Violation violation : detail.unpack(Refusal.class).getViolationsList()) {
                    System.out.println("- " + violation.getRuleId() + " " + violation.getMessage()
                        + "; remedy: " + violation.getRemedies(0).getText());
                }
            }
        }
    }
}
