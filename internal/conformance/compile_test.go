package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// compiled is what pvefw makes of one configuration.
type compiled struct {
	config   *config.Config
	node     *config.Node
	policy   *ir.Policy
	findings diag.List
	texts    map[string]string
}

// compile runs the whole path on files written to a directory, as a user would.
func compile(t *testing.T, files map[string]string) compiled {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	loaded, err := load.Load(dir, load.Options{OneNode: true, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var c compiled
	c.config, c.findings = config.Resolve(loaded.Input)
	if len(c.config.Nodes) != 1 {
		t.Fatalf("%d nodes, want 1", len(c.config.Nodes))
	}
	c.node = c.config.Nodes[0]
	c.policy, _ = lower.Lower(c.config, c.node, lower.Reference)
	artifacts, _ := iptables.New().Emit(c.policy)
	c.texts = map[string]string{}
	for _, a := range artifacts {
		c.texts[strings.TrimSuffix(a.Name, ".rules")] = a.Text
	}
	return c
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// messages lists what pvefw says the daemon says: the reader's messages in its
// order of loading, then the generator's.
func (c compiled) messages() []string {
	type place struct {
		file string
		line int
	}
	said := map[place]string{}
	var places []place
	for _, d := range c.findings {
		if d.ProxmoxMessage == "" {
			continue
		}
		p := place{filepath.Base(d.Span.File.Name()), d.Span.From().Line}
		if _, ok := said[p]; !ok {
			places = append(places, p)
		}
		said[p] = d.ProxmoxMessage
	}
	slices.SortFunc(places, func(a, b place) int {
		if r := rank(a.file) - rank(b.file); r != 0 {
			return r
		}
		return a.line - b.line
	})
	var out []string
	for _, p := range places {
		out = append(out, location(p.file, p.line, said[p]))
	}
	if c.policy.Fatal != nil {
		return append(out, splitMessages("FATAL: "+c.policy.Fatal.Message)...)
	}
	for _, m := range c.policy.Runtime {
		out = append(out, m.Text)
	}
	return out
}

func rank(file string) int {
	switch file {
	case "cluster.fw":
		return 0
	case "host.fw":
		return 1
	}
	id, _ := strconv.Atoi(strings.TrimSuffix(file, ".fw"))
	return 2 + id
}

// location puts the reader's prefix back in front of its text.
func location(file string, line int, text string) string {
	if file == "v.fw" {
		file = "vnet/v.fw"
	}
	if strings.HasPrefix(text, "errors in ") {
		return fmt.Sprintf("%s (line %d) - %s", file, line, text)
	}
	return fmt.Sprintf("%s (line %d): %s", file, line, text)
}

// envFile is the file of lines.context that a rule of that environment goes to.
func envFile(env string) string {
	switch env {
	case facts.VM.String():
		return "100.fw"
	case facts.CT.String():
		return "200.fw"
	case facts.Host.String():
		return "host.fw"
	}
	return "cluster.fw"
}
