package verify

import (
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/packet"
)

// Status is what became of a test.
type Status uint8

// The statuses. Unknown is neither: the reason says what stands in the way.
const (
	Holds Status = iota
	Fails
	Unknown
)

// String is holds, fails or unknown.
func (s Status) String() string { return [...]string{"holds", "fails", "unknown"}[s] }

// Result is what became of one test.
type Result struct {
	Test   *Test
	Status Status
	Reason string   // one sentence without full stop; empty where the test holds
	Notes  []string // sentences that belong to a test that holds

	// Cases are the pairs of ends, once for each family that the test speaks of;
	// Wrong are those that make it fail.
	Cases, Wrong int

	// Example is what Reason speaks of: the first packet that is treated
	// otherwise; for `some` one that is treated so, of the last pair.
	Example *Example
}

// Example is a packet with its way. Query and walk are those of simulate.
type Example struct {
	Node    string // where it is decided
	Query   packet.Query
	Verdict string
	Path    []packet.Step
}

// Report is what became of all tests.
type Report struct {
	Results  []Result
	Coverage Coverage
}

// Count returns how many tests have a status.
func (r *Report) Count(s Status) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Status == s {
			n++
		}
	}
	return n
}

// Coverage is which rules decide a packet that some test speaks of.
type Coverage struct {
	Rules     int           // lines with rules that are in force somewhere
	Undecided []source.Span // those of them that decide no packet of a test, in order
}

// unknown says that a test can be neither proved nor refuted.
func (r *Result) unknown(reason string) {
	if r.Status == Holds {
		r.Status, r.Reason = Unknown, reason
	}
}

// fail says that a test does not hold; the first reason counts.
func (r *Result) fail(reason string, e *Example) {
	r.Wrong++
	if r.Status != Fails {
		r.Status, r.Reason, r.Example = Fails, reason, e
	}
}
