package editors

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// TestSnippetsAreLinesThatProxmoxTakes fills every snippet in with its own words and
// reads it as a file; docs/editors.md names them all.
func TestSnippetsAreLinesThatProxmoxTakes(t *testing.T) {
	var snippets map[string]struct {
		Prefix string
		Body   []string
	}
	read(t, "vscode/snippets/pve-firewall.json", &snippets)
	page, err := os.ReadFile("../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range snippets {
		if !strings.Contains(string(page), "`"+s.Prefix+"`") {
			t.Errorf("docs/editors.md does not name %s", s.Prefix)
		}
		text := filled(strings.Join(s.Body, "\n"))
		switch {
		case s.Prefix == "ignore":
			text = "[RULES]\nIN ACCEPT " + text
		case text[0] != '[':
			text = "[RULES]\n" + text
		}
		env := kindFor(s.Prefix)
		_, found := grammar.Parse(source.NewFile(env.String()+".fw", []byte(text)), env)
		for _, d := range found {
			t.Errorf("%s: %s in:\n%s", name, d.Message, text)
		}
	}
}

// kindFor is a kind of file that a snippet is for.
func kindFor(prefix string) facts.Env {
	switch prefix {
	case "vm-fw", "ipfilter":
		return facts.VM
	case "host-fw":
		return facts.Host
	case "vnet-fw", "forward":
		return facts.VNet
	}
	return facts.Cluster
}

var (
	choice = regexp.MustCompile(`\$\{\d+\|([^,|]*)[^|]*\|\}`)
	words  = regexp.MustCompile(`\$\{\d+:([^}]*)\}`)
	stop   = regexp.MustCompile(`\$\d+`)
)

// filled is a snippet as it stands when somebody takes what it proposes.
func filled(body string) string {
	body = choice.ReplaceAllString(body, "$1")
	body = words.ReplaceAllString(body, "$1")
	return stop.ReplaceAllString(body, "")
}
