package load

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// places makes empty files below a new directory and returns that.
func places(t *testing.T, names ...string) string {
	t.Helper()
	var archive strings.Builder
	for _, name := range names {
		fmt.Fprintf(&archive, "-- %s --\n", name)
	}
	tree(t, archive.String())
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRootsOfFiles(t *testing.T) {
	dir := places(t, "etc/firewall/cluster.fw", "etc/firewall/100.fw", "etc/nodes/pve/host.fw", "etc/sdn/firewall/v.fw",
		"flat/cluster.fw", "flat/100.fw", "flat/vnet/v.fw", "one[1]/host.fw", "alone/100.fw", "alone/vnet/v.fw")
	for file, want := range map[string]string{
		"etc/firewall/cluster.fw": "etc", "etc/firewall/100.fw": "etc", "etc/nodes/pve/host.fw": "etc", "etc/sdn/firewall/v.fw": "etc",
		"flat/cluster.fw": "flat", "flat/100.fw": "flat", "flat/vnet/v.fw": "flat", "one[1]/host.fw": "one[1]",
		"alone/100.fw": "", "alone/vnet/v.fw": "", "nowhere/100.fw": "",
	} {
		got, ok := RootOf(filepath.Join(dir, filepath.FromSlash(file)))
		if ok != (want != "") || ok && got != filepath.Join(dir, filepath.FromSlash(want)) {
			t.Errorf("%s: %q, %v, want %q", file, got, ok, want)
		}
	}
}

func TestRootsInFolders(t *testing.T) {
	dir := places(t, "a/firewall/100.fw", "b/c/cluster.fw", "b/c/inner/cluster.fw", ".hidden/cluster.fw", "d/100.fw", "1/2/3/4/5/6/7/cluster.fw")
	var got []string
	for _, root := range RootsIn(dir) {
		rel, err := filepath.Rel(dir, root)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.ToSlash(rel))
	}
	if want := []string{"a", "b/c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q: not what is inside of another, hidden, without a sign, or far below", got, want)
	}
	if got := RootsIn(filepath.Join(dir, "b", "c")); len(got) != 1 {
		t.Errorf("the folder itself: %q", got)
	}
}

func TestFirewallFilesAreToldByPathAndText(t *testing.T) {
	for file, test := range map[string]struct {
		text string
		want bool
	}{
		"/x/100.fw": {"", true}, "/x/cluster.fw": {"whatever", true}, "/x/sdn/firewall/v.fw": {"", true},
		"/x/router.fw": {"\x7fELF", false}, "/x/old.fw": {"# saved\n[RULES]\nIN ACCEPT\n", true}, "untitled:1": {"[group web]\n", true}, "notes.txt": {"IN ACCEPT", false},
	} {
		if got := IsFirewall(file, []byte(test.text)); got != test.want {
			t.Errorf("%s: %v", file, got)
		}
	}
}
