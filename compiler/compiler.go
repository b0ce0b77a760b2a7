// Package compiler owns the contract of a backend: what goes in, what comes out.
// It must not know any carrier's syntax, nor how a policy was made. Invariant: an
// Artifact is a function of the Policy alone, so equal policies give equal bytes.
// Start reading at Backend; each backend is a package below this one.
package compiler

import (
	"io"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
)

// Artifact is one text that is loaded by itself.
type Artifact struct {
	Name string // the file name in a --out directory, such as ipset.rules
	Text string // complete, ending in a line feed unless empty
}

// Backend prints policies for one kind of carrier.
type Backend interface {
	// Name is what --target calls the backend.
	Name() string

	// Emit prints p and does not change it. What the carrier cannot express is a
	// finding at its Origin; a finding of severity error comes without artifacts.
	// The artifacts are in the order in which they must be loaded.
	Emit(p *ir.Policy) ([]Artifact, diag.List)
}

// Streamer is a backend that can write a text piece by piece, so that a large one is
// never in memory as a whole.
type Streamer interface {
	Backend

	// Stream returns what writes the named artifact, once, with the findings about all
	// of them. Where Emit would make no artifacts it returns nil: nothing is written
	// before it is certain that there is a text. It may use p up, so that a large policy
	// and its text are never in memory together: what is left of p is not for reading.
	// It may leave out findings of severity info, of which a large policy has thousands.
	Stream(p *ir.Policy, artifact string) (write func(io.Writer) error, found diag.List)
}

// Folder is a backend that puts several rules into one where that is faster.
type Folder interface {
	Backend

	// Plain returns the backend that does not, and decides every packet alike.
	Plain() Backend
}
