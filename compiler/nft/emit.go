package nft

import (
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
	program, findings := Build(p, b.options)
	if program == nil {
		return nil, findings
	}
	return []compiler.Artifact{{Name: ScriptFile, Text: program.Script()}}, findings
}
