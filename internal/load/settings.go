package load

import (
	"errors"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"go.yaml.in/yaml/v3"
)

// SettingsName is the settings file that is looked for in the CONFIG and above.
const SettingsName = ".pvefw.yaml"

// Settings is a settings file. The zero Settings is an absent one.
type Settings struct {
	File          string               // as shown to people; empty without one
	Node          NodeFacts            // node: the one that is meant when one is meant
	Nodes         map[string]NodeFacts // nodes: by name
	AdminNetworks []netip.Prefix       // admin_networks
	Lint          LintSettings
}

// NodeFacts are facts about a node that only it knows. Empty fields are unknown.
type NodeFacts struct {
	Name         string
	Address      string
	Addresses    []string
	LocalNetwork string
	AltNames     map[string]string // alternative interface name: real one
}

// LintSettings choose lint codes. Codes are not judged here.
type LintSettings struct {
	Disable, Enable []Word
	Severity        []CodeSeverity
}

// CodeSeverity overrides the severity of one code.
type CodeSeverity struct {
	Code     Word
	Severity diag.Severity
}

// loadSettings reads the settings file of a CONFIG whose files are in dir.
func (l *loader) loadSettings(dir string) error {
	l.out.Settings = &Settings{}
	file, name := l.opt.Settings, filepath.ToSlash(l.opt.Settings)
	if file == "" {
		if file = findSettings(dir); file == "" {
			return nil
		}
		name = settingsDisplay(file)
	}
	data, err := l.reader.read(name, file)
	if err != nil {
		return err
	}
	return l.out.Settings.parse(diag.Visible(name), data)
}

// findSettings looks in dir and above it, up to the top of a git work tree or
// of the file system.
func findSettings(dir string) string {
	at, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		file := filepath.Join(at, SettingsName)
		if _, err := os.Lstat(file); err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return file
		}
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return ""
		}
		above := filepath.Dir(at)
		if above == at {
			return ""
		}
		at = above
	}
}

// settingsDisplay shortens a path below the current directory.
func settingsDisplay(file string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil && filepath.IsLocal(rel) {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}

func (s *Settings) parse(name string, data []byte) error {
	s.File = name
	d := &document{name: name}
	root, err := d.parse(data)
	if err != nil || root == nil {
		return err
	}
	return d.mapping(root, "the file", fields{
		"node":           func(n *yaml.Node) error { return s.Node.read(d, n, "node", true) },
		"nodes":          func(n *yaml.Node) error { return s.readNodes(d, n) },
		"admin_networks": func(n *yaml.Node) error { return s.readAdminNetworks(d, n) },
		"lint":           func(n *yaml.Node) error { return s.Lint.read(d, n) },
	})
}

func (s *Settings) readNodes(d *document, n *yaml.Node) error {
	s.Nodes = map[string]NodeFacts{}
	return d.pairs(n, "nodes", func(key Word, at, value *yaml.Node) error {
		if !nodeName.MatchString(key.Text) {
			return d.wrong(at, "\"%s\" is not a node name", diag.Visible(key.Text))
		}
		f := NodeFacts{Name: key.Text}
		if err := f.read(d, value, "node "+key.Text, false); err != nil {
			return err
		}
		s.Nodes[key.Text] = f
		return nil
	})
}

func (s *Settings) readAdminNetworks(d *document, n *yaml.Node) error {
	return d.list(n, "admin_networks", func(w Word, at *yaml.Node) error {
		p, err := parseNetwork(w.Text)
		if err != nil {
			return d.wrong(at, "\"%s\" is not an address or network", diag.Visible(w.Text))
		}
		s.AdminNetworks = append(s.AdminNetworks, p)
		return nil
	})
}

func (l *LintSettings) read(d *document, n *yaml.Node) error {
	codes := func(to *[]Word, what string) func(*yaml.Node) error {
		return func(n *yaml.Node) error {
			return d.list(n, what, func(w Word, _ *yaml.Node) error {
				*to = append(*to, w)
				return nil
			})
		}
	}
	return d.mapping(n, "lint", fields{
		"disable":  codes(&l.Disable, "lint.disable"),
		"enable":   codes(&l.Enable, "lint.enable"),
		"severity": func(n *yaml.Node) error { return l.readSeverity(d, n) },
	})
}

func (l *LintSettings) readSeverity(d *document, n *yaml.Node) error {
	return d.pairs(n, "lint.severity", func(key Word, _, value *yaml.Node) error {
		for _, s := range []diag.Severity{diag.Info, diag.Warning, diag.Error} {
			if value.Kind == yaml.ScalarNode && value.Value == s.String() {
				l.Severity = append(l.Severity, CodeSeverity{key, s})
				return nil
			}
		}
		return d.wrong(value, "the severity of %s must be error, warning or info", diag.Visible(key.Text))
	})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
