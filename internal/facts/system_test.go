package facts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
)

// The tables in system/ are what is left of the conformance set's copies of the
// system files without comments, aliases and protocols that have no ports.
// PVEFW_UPDATE=1 writes them again.
func TestSystemTablesAreThoseOfTheConformanceSet(t *testing.T) {
	etc := measured.Path(t, "conformance/etc")
	for _, name := range []string{"protocols", "services", "ethertypes"} {
		original, err := os.ReadFile(filepath.Join(etc, name))
		if err != nil {
			t.Fatal(err)
		}
		want := compact(string(original), name == "services")
		file := filepath.Join("system", name+".txt")
		if os.Getenv("PVEFW_UPDATE") != "" {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s differs from the conformance set's %s", file, name)
		}
	}
}

func compact(text string, services bool) string {
	var rows strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 2 || services && !hasPortProtocol(words[1]) {
			continue
		}
		rows.WriteString(words[0] + " " + words[1] + "\n")
	}
	return rows.String()
}

func hasPortProtocol(port string) bool {
	_, proto, _ := strings.Cut(port, "/")
	return proto == "tcp" || proto == "udp" || proto == "sctp"
}
