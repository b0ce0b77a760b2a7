package supervise

import "time"

// This file holds the records of a change, as they lie on the disk.

// recordVersion is the version of their shape.
const recordVersion = 1

// Kind says who changes the rules.
type Kind string

// The kinds of change.
const (
	ByApply    Kind = "apply"
	ByRollback Kind = "rollback"
	ByUpdate   Kind = "update" // the service, of its own accord
	ByStop     Kind = "stop"
)

// Change is one change of the rules in force, written down before anything is done.
type Change struct {
	Version      int           `json:"version"`
	ID           int           `json:"id"`
	Kind         Kind          `json:"kind"`
	Summary      string        `json:"summary"` // what changes, in a few words
	Began        Moment        `json:"began"`
	Within       time.Duration `json:"within,omitempty"` // to be confirmed in; zero: needs no confirmation
	KeepOnReboot bool          `json:"keep_on_reboot,omitempty"`
	From         string        `json:"from,omitempty"`          // the address it was made from
	Config       string        `json:"config,omitempty"`        // where the files are
	ConfigDigest string        `json:"config_digest,omitempty"` // of what they say
	Before       string        `json:"before"`                  // digest of the rules before
	Settings     []Setting     `json:"settings,omitempty"`
}

// Applied is what was so when the new rules had come into force.
type Applied struct {
	At          Moment       `json:"at"`
	Digest      string       `json:"digest"` // of the rules
	Connections []Connection `json:"connections,omitempty"`
}

// Deadline is when a change that nobody has confirmed is taken back.
func (p *Pending) Deadline() Moment { return p.Applied.At.plus(p.Within) }

// Result is what became of a change.
type Result struct {
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason,omitempty"`
}

// Outcome is how a change ended.
type Outcome string

// The outcomes.
const (
	Kept      Outcome = "applied"   // it needed no confirmation
	Confirmed Outcome = "confirmed" // somebody has
	Restored  Outcome = "restored"  // it was taken back
	Cut       Outcome = "cut short" // the process or the machine ended in the middle
)

// Stands reports whether the rules of the change stayed in force.
func (o Outcome) Stands() bool { return o == Kept || o == Confirmed || o == Cut }

// Pending is a change that is not decided yet.
type Pending struct {
	Change
	Applied *Applied // nil while it is being applied, or if whoever did that has died
	Result  *Result  // nil until it is decided; then only the moving of files is left
}
