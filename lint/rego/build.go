package rego

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/pvefw/pvefw/policies"
)

// builtins lists the policies that come with pvefw. They are known by their
// headers until somebody needs one.
func builtins() ([]*policy, error) {
	var list []*policy
	err := fs.WalkDir(policies.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isTest(name) || !strings.HasSuffix(name, ".rego") {
			return err
		}
		text, err := fs.ReadFile(policies.FS, name)
		if err != nil {
			return err
		}
		p, err := builtinPolicy(name, string(text))
		list = append(list, p)
		return err
	})
	return list, err
}

func builtinPolicy(name, text string) (*policy, error) {
	h, ok := readHeader(text)
	if !ok {
		return nil, &Fault{File: name, Text: "there is no METADATA block above the package"}
	}
	words := strings.Split(name, "/")
	p, complaint := h.policy([]string{"policies", words[0], words[1]})
	if complaint != "" {
		return nil, &Fault{File: name, Text: complaint}
	}
	p.file, p.text = name, text
	p.program = sync.OnceValues(func() (*program, error) {
		m, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{Capabilities: capabilities(), RegoVersion: ast.RegoV1})
		if err != nil {
			return nil, faultsOf(name, err)
		}
		uses := fieldsOf(m)
		p.gate.addTo(uses)
		c := newCompiler()
		if c.Compile(map[string]*ast.Module{name: m}); c.Failed() {
			return nil, faultsOf(name, c.Errors)
		}
		return newProgram(c, m, inmem.New(), uses)
	})
	return p, nil
}

// builder makes policies of sources.
type builder struct {
	opt     Options
	modules map[string]*ast.Module // by file
	data    map[string]any
	faults  Faults
}

func newBuilder(opt Options) *builder {
	return &builder{opt: opt, modules: map[string]*ast.Module{}, data: map[string]any{}}
}

// add takes the modules of a source and its data.
func (b *builder) add(s *Source) {
	b.modulesOf(s, false)
	if clash := merge(b.data, s.Data); clash != "" {
		b.faults = append(b.faults, &Fault{Text: "two sources of policies have data." + clash})
	}
}

// modulesOf takes the modules of a source, its tests or all others.
func (b *builder) modulesOf(s *Source, tests bool) {
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		if isTest(name) != tests {
			continue
		}
		m, err := parseModule(name, s.Files[name])
		if err != nil {
			b.faults = append(b.faults, faultsOf(name, err)...)
			continue
		}
		b.modules[name] = m
	}
}

func parseModule(name, text string) (*ast.Module, error) {
	return ast.ParseModuleWithOpts(name, text, ast.ParserOptions{ProcessAnnotation: true, Capabilities: capabilities(), RegoVersion: ast.RegoV1})
}

// build compiles the modules together. With KeepGoing those with faults are left
// out and the rest is compiled again.
func (b *builder) build() []*policy {
	list, uses := b.read()
	c := b.compile()
	if c == nil {
		return nil
	}
	store := inmem.NewFromObject(b.data)
	var out []*policy
	for _, name := range slices.Sorted(maps.Keys(list)) {
		if b.modules[name] == nil {
			continue
		}
		made, err := newProgram(c, c.Modules[name], store, uses[name])
		if err != nil {
			b.faults = append(b.faults, faultsOf(name, err)...)
			continue
		}
		p := list[name]
		p.program = func() (*program, error) { return made, nil }
		out = append(out, p)
	}
	return out
}

// read makes policies of the modules' headers and takes out what is none.
func (b *builder) read() (map[string]*policy, map[string]fields) {
	list, uses, codes := map[string]*policy{}, map[string]fields{}, slices.Clone(b.opt.Taken)
	for _, name := range slices.Sorted(maps.Keys(b.modules)) {
		m := b.modules[name]
		if len(entriesOf(m)) == 0 && !inPolicies(m) || isLibrary(m) {
			continue // it serves others
		}
		p, f := readPolicy(name, m)
		if f == nil && slices.Contains(codes, p.rule.Code) {
			f = &Fault{File: name, Line: m.Package.Location.Row, Column: m.Package.Location.Col, Text: fmt.Sprintf("there is a rule %s already", p.rule.Code)}
		}
		if f != nil {
			b.faults = append(b.faults, f)
			delete(b.modules, name)
			continue
		}
		codes = append(codes, p.rule.Code)
		list[name], uses[name] = p, fieldsOf(m)
		p.gate.addTo(uses[name])
		checkAgainstSchema(m, p.unit)
	}
	return list, uses
}

func inPolicies(m *ast.Module) bool {
	words := packageWords(m)
	return len(words) > 0 && words[0] == "policies"
}

// readPolicy reads METADATA and package of a module.
func readPolicy(name string, m *ast.Module) (*policy, *Fault) {
	at := m.Package.Location
	fault := func(text string) *Fault { return &Fault{File: name, Line: at.Row, Column: at.Col, Text: text} }
	words := packageWords(m)
	if len(words) != 3 || words[0] != "policies" {
		return nil, fault("the package must be policies.CATEGORY.CODE, with _ for -")
	}
	h, ok := headerOf(m)
	if !ok {
		return nil, fault("there is no METADATA block with scope: package above the package")
	}
	p, complaint := h.policy(words)
	if complaint != "" {
		return nil, fault(complaint)
	}
	if len(entriesOf(m)) == 0 {
		return nil, fault("it defines none of report, deny and warn")
	}
	p.file, p.gate.alternatives = name, gateOf(m)
	return p, nil
}

// compile returns nil when nothing is left that compiles.
func (b *builder) compile() *ast.Compiler {
	for {
		c := newCompiler().WithSchemas(schemaSet()).WithUseTypeCheckAnnotations(true)
		modules := map[string]*ast.Module{}
		for name, m := range b.modules {
			modules[name] = m.Copy()
		}
		if c.Compile(modules); !c.Failed() {
			return c
		}
		found := faultsOf("", c.Errors)
		b.faults = append(b.faults, found...)
		left := len(b.modules)
		for _, f := range found {
			delete(b.modules, f.File)
		}
		if !b.opt.KeepGoing || len(b.modules) == left {
			return nil
		}
	}
}

func newCompiler() *ast.Compiler {
	return ast.NewCompiler().WithCapabilities(capabilities()).WithStrict(true)
}
