package nft

import (
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// Queues are numbered as the tools of netfilter do, and never more than the kernel takes.
func TestQueuesAreNumbered(t *testing.T) {
	for text, want := range map[string][2]uint16{
		"": {0, 0}, "4": {4, 4}, "1:3": {1, 3}, "3:3": {3, 3}, "010:014": {8, 12},
		"5:2": {5, 5}, "70000": {0, 0}, "08": {0, 0}, "65535": {65535, 65535}, "0:65535": {0, 65534}, "1:65535": {1, 65535},
	} {
		if a := queueAct(&ir.Queue{Text: text}); a.first != want[0] || a.last != want[1] {
			t.Errorf("%q is %d to %d, want %v", text, a.first, a.last, want)
		}
	}
}
