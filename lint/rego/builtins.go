package rego

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"
)

// packetFunction is a function of ours that policies may call. Packets are named
// by the id of a rule, by an address, or by the words of a rule ("SSH -source
// 10.0.0.0/8"); docs/policies.md describes them.
type packetFunction struct {
	decl *ast.Builtin
	call func(p *packets, args []string) (ast.Value, error)
}

func packetFunctions() []packetFunction {
	declare := func(name, about string, result types.Type, args ...string) *ast.Builtin {
		var named []types.Type
		for _, arg := range args {
			named = append(named, types.Named(arg, types.S))
		}
		return &ast.Builtin{Name: "pvefw." + name, Description: about, Decl: types.NewFunction(types.Args(named...), types.Named("answer", result))}
	}
	return []packetFunction{
		{declare("covers", "true if every packet of b is one of a; false if that is not known", types.B, "a", "b"), covers},
		{declare("overlaps", "true if some packet is one of both; false if that is not known", types.B, "a", "b"), overlaps},
		{declare("reachable", "how much of the packets that begin a connection an endpoint lets in: whole, part, none or unknown", types.S, "endpoint", "packets"), reachable},
		{declare("describe", "what packets are meant, for people", types.S, "packets"), describe},
	}
}

// packetBuiltins are for the evaluation. Nobody changes them.
var packetBuiltins = sync.OnceValue(func() map[string]*topdown.Builtin {
	out := map[string]*topdown.Builtin{}
	for _, f := range packetFunctions() {
		out[f.decl.Name] = &topdown.Builtin{Decl: f.decl, Func: f.evaluate}
	}
	return out
})

func (f packetFunction) evaluate(ctx topdown.BuiltinContext, operands []*ast.Term, found func(*ast.Term) error) error {
	value, err := f.answer(ctx, operands[:f.decl.Decl.Arity()])
	if err != nil {
		return &topdown.Error{Code: topdown.BuiltinErr, Message: f.decl.Name + ": " + err.Error(), Location: ctx.Location}
	}
	return found(ast.NewTerm(value))
}

func (f packetFunction) answer(ctx topdown.BuiltinContext, operands []*ast.Term) (ast.Value, error) {
	p, ok := ctx.Context.Value(packetsKey{}).(*packets)
	if !ok {
		return nil, errors.New("it can be used where a configuration is judged, not in a unit test")
	}
	args := make([]string, len(operands))
	for i, o := range operands {
		s, ok := o.Value.(ast.String)
		if !ok {
			return nil, fmt.Errorf("argument %d must be a text, not %s", i+1, ast.ValueName(o.Value))
		}
		args[i] = string(s)
	}
	p.Lock()
	defer p.Unlock()
	return f.call(p, args)
}

// packetsKey is where a context keeps the packets of the datacenter at hand.
type packetsKey struct{}

func withPackets(ctx context.Context, p *packets) context.Context {
	return context.WithValue(ctx, packetsKey{}, p)
}
