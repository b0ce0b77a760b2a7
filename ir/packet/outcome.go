package packet

import "github.com/pvefw/pvefw/ir"

// Outcome is what becomes of a packet by rules as a kernel holds them, more exactly than
// a policy's verdict.
type Outcome struct {
	Verdict ir.VerdictKind
	Answer  string // of a Reject, in the words of whoever loads the rules: tcp-reset, ...
	Queue   string // of an Accept through a queue: N or N:M
	Marked  bool   // of an Accept: the packet carries the accept mark from there on
}

// String is ACCEPT, ACCEPT marked, ACCEPT by queue 1:3, DROP, REJECT with tcp-reset.
func (o Outcome) String() string {
	text := o.Verdict.String()
	if o.Queue != "" {
		text += " by queue " + o.Queue
	}
	if o.Answer != "" {
		text += " with " + o.Answer
	}
	if o.Marked {
		text += " marked"
	}
	return text
}
