package nft

import (
	"io"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
)

// New returns the backend named nft.
func New(o Options) compiler.Backend { return backend{o} }

type backend struct{ options Options }

func (backend) Name() string { return "nft" }

// Plain returns the backend that folds nothing.
func (backend) Plain() compiler.Backend { return backend{Options{Plain: true}} }

// Emit prints the program of a policy as one script.
func (b backend) Emit(p *ir.Policy) ([]compiler.Artifact, diag.List) {
	program, findings := b.script(p, false)
	if program == nil {
		return nil, findings
	}
	return []compiler.Artifact{{Name: ScriptFile, Text: program.Script()}}, findings
}

// Stream writes the script, which is one, whatever the artifact is called. Its lines are
// in memory, because it begins with what they name; but nothing else of the program is.
func (b backend) Stream(p *ir.Policy, _ string) (func(io.Writer) error, diag.List) {
	program, findings := b.script(p, true)
	if program == nil {
		return nil, findings
	}
	return program.write, findings
}

// script makes a program that can be printed and nothing else, and uses p up if it may.
func (b backend) script(p *ir.Policy, last bool) (*Program, diag.List) {
	making := begin(p, b.options)
	making.once, making.last = true, last
	return making.run(), making.findings
}
