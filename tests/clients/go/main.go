// A client in Go: places an order, reads a refusal, and follows the change feed until it shows the order.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	feedv1 "github.com/csp-suite/csp-go/csp/feed/v1"
	policyv1 "github.com/csp-suite/csp-go/csp/policy/v1"
	subscriptionv1 "github.com/csp-suite/csp-go/csp/subscription/v1"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: client ADDRESS PARTNER_TOKEN OPERATOR_TOKEN")
	}
	connection, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	partner := metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+os.Args[2])
	operator := metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+os.Args[3])

	sales := subscriptionv1.NewSubscriptionServiceClient(connection)
	placed, err := sales.SubmitOrder(partner, order("example-go", line("offers/office", 5)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("placed", placed.GetOrder().GetName())

	_, err = sales.SubmitOrder(partner, order("refused-go", line("offers/office", 301), line("offers/backup", 4)))
	printRefusal(status.Convert(err))

	feed, err := feedv1.NewFeedServiceClient(connection).WatchEvents(operator, &feedv1.WatchEventsRequest{Start: feedv1.Start_START_BEGINNING})
	for err == nil {
		var next *feedv1.WatchEventsResponse
		next, err = feed.Recv()
		// A bookmark, and content that this client does not know, are no event.
		if next.GetEvent().GetSubject() == placed.GetOrder().GetName() {
			fmt.Println("seen", next.GetEvent().GetSubject(), next.GetEvent().GetType())
			return
		}
	}
	log.Fatal(err)
}

func line(offer string, quantity int32) *subscriptionv1.OrderLine {
	return &subscriptionv1.OrderLine{Offer: offer, Quantity: quantity}
}

func order(id string, lines ...*subscriptionv1.OrderLine) *subscriptionv1.SubmitOrderRequest {
	return &subscriptionv1.SubmitOrderRequest{
		RequestId: id,
		OrderId:   id,
		Parent:    "customers/tailspin",
		Order: &subscriptionv1.OrderDraft{
			Content:          &subscriptionv1.OrderDraft_Lines{Lines: &subscriptionv1.OrderLines{Lines: lines}},
			ResellerOfRecord: &subscriptionv1.OrderDraft_ResellerMpnId{ResellerMpnId: "2001"},
			AttestedCapacity: subscriptionv1.Capacity_CAPACITY_INDIRECT,
		},
	}
}

// Prints the code and the reason of a refused call, and every broken rule with its first remedy.
func printRefusal(refused *status.Status) {
	for _, detail := range refused.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			fmt.Println("refused", detail.GetReason())
		case *errdetails.PreconditionFailure:
			fmt.Println("broken rules", len(detail.GetViolations()))
		case *policyv1.Refusal:
			// With more rules than fit into an error, the decision has all of them.
			for _, violation := range detail.GetViolations() {
				fmt.Println("-", violation.GetRuleId(), violation.GetMessage()+"; remedy:", violation.GetRemedies()[0].GetText())
			}
		}
	}
}
