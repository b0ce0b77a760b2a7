package load

import (
	"net/netip"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"go.yaml.in/yaml/v3"
)

// SettingsName is the settings file that is looked for in the CONFIG and above.
const SettingsName = ".pvefw.yaml"

// settingsVersion is the version of the file's shape, for the key version.
const settingsVersion = "1"

// Settings is a settings file. The zero Settings is an absent one.
type Settings struct {
	File          string       // as shown to people; empty without one
	Dir           string       // its directory: absolute, / separated
	Source        *source.File // nil without one
	Node          NodeFacts    // node: the one that is meant when one is meant
	Nodes         map[string]NodeFacts
	AdminNetworks []netip.Prefix // admin_networks
	Lint          LintSettings
	// Places are those of the values, by key: node.name, lint.dialect, ...
	Places map[string]source.Span
}

// NodeFacts are facts about a node that only it knows. Empty fields are unknown.
type NodeFacts struct {
	Name         string
	Address      string
	Addresses    []string
	LocalNetwork string
	AltNames     map[string]string // alternative interface name: real one
}

var settingsInvalid = &diag.Rule{
	Code: "settings-invalid", Category: "settings", Severity: diag.Error, Page: pages["settings-invalid"],
	Title: "The settings file says something that pvefw does not understand",
	Description: "The settings are read strictly: a misspelt key or code would otherwise be an ignored wish, and nobody " +
		"would notice that a rule is still on or off. Nothing is checked until the file is right.\n\n" +
		"`pvefw config schema` prints what the file may hold, for editors and for people.",
}

// SettingsFault is the finding about a word of a settings file.
func SettingsFault(w Word, message string) diag.Diagnostic {
	return diag.New(settingsInvalid, w.Span, message)
}

// SettingsError is the error for faults of a settings file.
func SettingsError(found diag.List) *Error {
	e := &Error{Usage: true, Found: found}
	e.Text = found[0].Span.String() + ": " + found[0].Message
	return e
}

// loadSettings reads the settings file of a CONFIG whose files are in dir.
func (l *loader) loadSettings(dir string) error {
	if l.opt.Use != nil {
		l.out.Settings = l.opt.Use
		return nil
	}
	l.out.Settings = &Settings{}
	name, at, data, err := l.findSettings(dir)
	if err != nil || name == "" {
		return err
	}
	if err := l.out.Settings.parse(source.NewFile(name, data), filepath.ToSlash(filepath.Dir(at))); err != nil {
		return err
	}
	return l.loadBaseline()
}

// parse reads the file; dir is its directory.
func (s *Settings) parse(f *source.File, dir string) error {
	s.File, s.Dir, s.Source, s.Places = f.Name(), dir, f, map[string]source.Span{}
	d := &document{file: f, rule: settingsInvalid}
	if root := d.parse(); root != nil {
		s.read(d, root)
	}
	if len(d.found) > 0 {
		return SettingsError(d.found)
	}
	return nil
}

func (s *Settings) read(d *document, root *yaml.Node) {
	known := fields{
		"version":        func(n *yaml.Node) { d.version(n) },
		"node":           func(n *yaml.Node) { s.Node.read(d, n, "node", true) },
		"nodes":          func(n *yaml.Node) { s.readNodes(d, n) },
		"admin_networks": func(n *yaml.Node) { s.readAdminNetworks(d, n) },
		"lint":           func(n *yaml.Node) { s.Lint.read(d, n) },
	}
	d.mapping(root, "the file", known)
	s.note(d, root, "", 3)
}

// note keeps where values stand, by the keys that lead to them, down to a depth.
func (s *Settings) note(d *document, n *yaml.Node, prefix string, depth int) {
	if n.Kind != yaml.MappingNode || depth == 0 {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := prefix + n.Content[i].Value
		if _, twice := s.Places[key]; !twice {
			s.Places[key] = d.span(n.Content[i])
		}
		s.note(d, n.Content[i+1], key+".", depth-1)
	}
}

func (s *Settings) readNodes(d *document, n *yaml.Node) {
	s.Nodes = map[string]NodeFacts{}
	d.pairs(n, "nodes", func(key Word, at, value *yaml.Node) {
		if !nodeName.MatchString(key.Text) {
			d.wrong(at, "\"%s\" is not a node name", diag.Visible(key.Text))
			return
		}
		f := NodeFacts{Name: key.Text}
		f.read(d, value, "node "+key.Text, false)
		s.Nodes[key.Text] = f
	})
}

func (s *Settings) readAdminNetworks(d *document, n *yaml.Node) {
	d.list(n, "admin_networks", func(w Word, at *yaml.Node) {
		p, err := parseNetwork(w.Text)
		if err != nil {
			d.wrong(at, "\"%s\" is not an address or network", diag.Visible(w.Text))
			return
		}
		s.AdminNetworks = append(s.AdminNetworks, p)
	})
}
