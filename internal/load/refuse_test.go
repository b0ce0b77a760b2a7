package load

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/source"
)

func TestNodeChoice(t *testing.T) {
	tree(t, `
-- c/firewall/cluster.fw --
-- c/nodes/a/host.fw --
-- c/nodes/b/host.fw --
`)
	refuse(t, "c", Options{OneNode: true}, true, "c has several nodes (a, b): choose one with --node")
	refuse(t, "c", Options{Node: "x"}, true, "--node: there is no node x in c; it has a, b")
	refuse(t, "c", Options{NodeAddress: "192.0.2.1"}, true,
		"c has several nodes (a, b): say with --node which one --node-address and --local-network are about")
	refuse(t, "c", Options{Node: "a\x1b"}, true, `--node: "a\x1b" is not a node name`)
	refuse(t, "c", Options{NodeAddress: "pve"}, true, `--node-address must be an IP address, not "pve"`)
	refuse(t, "c", Options{LocalNetwork: "10/8"}, true, `--local-network must be a network such as 192.0.2.0/24, not "10/8"`)
	write(t, "c/.pvefw.yaml", "node: {name: x}\n")
	refuse(t, "c", Options{}, true, "c/.pvefw.yaml: node.name: there is no node x in c; it has a, b")
}

func TestUnreadable(t *testing.T) {
	tree(t, "-- d/cluster.fw --\n")
	symlink := func(to, name string) {
		if err := os.Symlink(to, name); err != nil {
			t.Skip("symbolic links cannot be made here: ", err)
		}
	}
	symlink("loop.fw", "loop.fw")
	symlink("nowhere", "d/100.fw")
	refuse(t, "gone", Options{}, false, "cannot read gone: there is no such file or directory")
	refuse(t, "loop.fw", Options{}, false, "cannot read loop.fw: its symbolic links lead in a circle")
	refuse(t, "d", Options{}, false, "cannot read d/100.fw: it is a symbolic link that leads nowhere")
	refuse(t, "a\x00b", Options{}, false, `cannot read a\x00b: the name holds a NUL byte`)
	refuse(t, strings.Repeat("x", 300), Options{}, false, "cannot read "+strings.Repeat("x", 300)+": the name is too long")
	if err := os.Remove("d/100.fw"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("d/100.fw", 0o755); err != nil {
		t.Fatal(err)
	}
	refuse(t, "d", Options{}, false, "cannot read d/100.fw: it is a directory, not a regular file")
}

// A directory of the CONFIG that is gone or cannot be looked at is never taken
// for one that is not there.
func TestNoPartIsLeftOutSilently(t *testing.T) {
	tree(t, "-- c/firewall/cluster.fw --\n-- c/nodes/a/host.fw --\n-- e/cluster.fw --\n-- e/lxc --\n")
	for _, l := range []struct{ to, name, want string }{
		{"gone", "c/nodes/b", "c/nodes/b: it is a symbolic link that leads nowhere"},
		{"b", "c/nodes/b", "c/nodes/b: its symbolic links lead in a circle"},
		{"gone", "c/nodes/a/lxc", "c/nodes/a/lxc: it is a symbolic link that leads nowhere"},
		{"gone", "c/vnet", "c/vnet: it is a symbolic link that leads nowhere"},
	} {
		if err := os.Symlink(l.to, l.name); err != nil {
			t.Skip("symbolic links cannot be made here: ", err)
		}
		refuse(t, "c", Options{}, false, "cannot read "+l.want)
		if err := os.Remove(l.name); err != nil {
			t.Fatal(err)
		}
	}
	refuse(t, "e", Options{}, false, "cannot read e/lxc: it is not a directory")
	if os.Getuid() == 0 {
		t.Skip("the superuser can look at everything")
	}
	if err := os.Chmod("c/nodes", 0o444); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod("c/nodes", 0o755) })
	refuse(t, "c", Options{}, false, "cannot read c/nodes/a: permission denied")
}

func TestSymlinkedDirectoriesAreFollowedOnce(t *testing.T) {
	tree(t, "-- c/firewall/cluster.fw --\n-- c/nodes/a/host.fw --\n")
	for _, l := range [][2]string{{"..", "c/nodes/a/qemu-server"}, {"nodes/a", "c/local"}, {".", "c/nodes/b"}} {
		if err := os.Symlink(l[0], l[1]); err != nil {
			t.Skip("symbolic links cannot be made here: ", err)
		}
	}
	out, err := Load("c", Options{})
	if err != nil || len(out.Input.Nodes) != 2 {
		t.Errorf("a directory that holds itself is not loaded: %v", err)
	}
}

func TestNothingToRead(t *testing.T) {
	tree(t, "-- d/notes.txt --\nhello\n-- d/sub/cluster.fw --\n")
	refuse(t, "d", Options{}, false, "there is no firewall configuration in d: no cluster.fw, host.fw or <vmid>.fw, neither there nor in firewall/ or nodes/")
	refuse(t, "d/notes.txt", Options{}, false, "d/notes.txt is not a firewall file: it has no [OPTIONS], [RULES], [ALIASES], [IPSET name] or [group name]")
}

func TestTooLarge(t *testing.T) {
	tree(t, "-- cluster.fw --\n")
	if err := os.Truncate("cluster.fw", MaxFileSize+1); err != nil {
		t.Fatal(err)
	}
	refuse(t, "cluster.fw", Options{}, false, "cannot read cluster.fw: it is larger than 64 MiB")
	write(t, "cluster.fw", strings.Repeat("x\n", MaxLines+1))
	refuse(t, "cluster.fw", Options{}, false, "cannot read cluster.fw: it has more than 524288 lines")
}

// parseText reads the text of a settings file called F.
func parseText(text string) (*Settings, error) {
	s := new(Settings)
	return s, s.parse(source.NewFile("F", []byte(text)), "/dir")
}

func TestSettingsAreStrict(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"nod: {}\n", `1:1: the file has no key "nod"; did you mean node?`},
		{"something: {}\n", `1:1: the file has no key "something"; it knows admin_networks, lint, node, nodes, version`},
		{"node:\n  adress: 1.2.3.4\n", `2:3: node has no key "adress"; did you mean address?`},
		{"node: pve\n", "1:7: node must be a mapping (key: value)"},
		{"node: {name: [a]}\n", "1:14: node.name must be a single word"},
		{"node: {address: here}\n", `1:17: node.address must be an IP address, not "here"`},
		{"nodes:\n  a: {local_network: 10.0.0.0/99}\n", `2:22: node a.local_network must be a network such as 192.0.2.0/24, not "10.0.0.0/99"`},
		{"nodes: {a: {name: b}}\n", `1:13: node a has no key "name"; it knows address, addresses, altnames, local_network`},
		{"node: {}\nnode: {}\n", `2:1: the key "node" of the file stands here twice`},
		{"admin_networks: [any]\n", `1:18: "any" is not an address or network`},
		{"lint: {severity: {shadowed-rule: fatal}}\n", `1:34: the severity of shadowed-rule must be error, warning or info, not "fatal"`},
		{"lint: {disable: shadowed-rule}\n", "1:17: lint.disable must be a list"},
		{"lint: {disable: [{}]}\n", "1:18: this item must say code, path or object"},
		{"lint: {disable: [{path: '[x'}]}\n", `1:25: "[x" is not a pattern of paths such as firewall/100.fw or lab/**`},
		{"lint: {enable: [{object: web}]}\n", `1:26: "web" is not an object; write group NAME, ipset NAME, guest VMID, node NAME or vnet NAME`},
		{"lint: {dialect: nft}\n", `1:17: lint.dialect must be pve-firewall, proxmox-firewall or both, not "nft"`},
		{"lint:\n  ignores:\n  - code: x\n", "3:5: this entry must say with reason why the finding does not count"},
		{"lint:\n  ignores:\n  - {reason: y}\n", "3:5: this entry must say with code, path or object what it ignores"},
		{"lint:\n  ignores:\n  - {code: x, reason: y, expires: soon}\n", `3:35: expires must be a day such as 2027-01-31, not "soon"`},
		{"version: 2\n", "1:10: version must be 1, the only one that this pvefw reads"},
		{"a: &x [1]\nb: *x\n", `1:1: the file has no key "a"; it knows admin_networks, lint, node, nodes, version`},
		{"nodes: {a: &x {}, b: *x}\n", "1:22: YAML aliases are not read here; write out what *x stands for"},
		{"- a\n", "1:1: the file must be a mapping (key: value)"},
		{"node: {}\n---\nnode: {}\n", " the file must hold one YAML document, not several"},
	} {
		_, err := parseText(c.text)
		if want := "F:" + c.want; err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, want)
		}
	}
	for _, text := range []string{"{", "a: b: c\n", "\x00", "a: \x1b[2J", strings.Repeat("[", 20000)} {
		_, err := parseText(text)
		if err == nil || !strings.Contains(err.Error(), ": this is not YAML: ") || strings.ContainsAny(err.Error(), "\x1b\n\x00") {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	for _, text := range []string{"", "# nothing\n", "node:\nnodes:\nlint:\nadmin_networks:\n", "{}\n", "version: 1\n"} {
		if _, err := parseText(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// All faults of a file are told at once, each at its word, and not without end.
func TestSettingsFaultsAreTold(t *testing.T) {
	_, err := parseText("nod: {}\nnode: {address: \"h\u00e9re\"}\nlint: {dialect: x}\n")
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	var words []string
	for _, d := range e.Found {
		words = append(words, d.Span.Text())
	}
	if diff := cmp.Diff([]string{"nod", "\"h\u00e9re\"", "x"}, words); diff != "" {
		t.Error(diff)
	}
	_, err = parseText("admin_networks: [" + strings.Repeat("x,", 1000) + "]\n")
	if !errors.As(err, &e) || len(e.Found) != maxComplaints {
		t.Errorf("%d complaints, want %d", len(e.Found), maxComplaints)
	}
}

func TestSettingsLookup(t *testing.T) {
	tree(t, "-- a/b/cluster.fw --\n-- a/.pvefw.yaml --\nlint: {disable: [x], enable: [y], severity: {z: info}}\n-- other.yaml --\nnode: {name: q}\n")
	out, err := Load("a/b", Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := out.Settings
	if s.File != "a/.pvefw.yaml" || len(s.Lint.Disable) != 1 || s.Lint.Disable[0].Codes[0].Text != "x" || s.Lint.Disable[0].Span.String() != "a/.pvefw.yaml:1:18" ||
		len(s.Lint.Enable) != 1 || len(s.Lint.Severity) != 1 {
		t.Errorf("settings above the CONFIG: %+v", s)
	}
	out, err = Load("a/b", Options{Settings: "other.yaml"})
	if err != nil || out.Settings.Node.Name != "q" {
		t.Errorf("--config: %v", err)
	}
	refuse(t, "a/b", Options{Settings: "gone.yaml"}, false, "cannot read gone.yaml: there is no such file or directory")
	write(t, "a/b/.git", "gitdir: elsewhere\n")
	if out, err = Load("a/b", Options{}); err != nil || out.Settings.File != "" {
		t.Errorf("the search does not stop at the top of a work tree: %v", err)
	}
}

func TestLiveFacts(t *testing.T) {
	hosts := "127.0.0.1 localhost pve1\n# 192.0.2.9 pve1\n192.0.2.11 pve1.example.com pve1 # me\n"
	if got := hostsAddress(hosts, "pve1"); got != "192.0.2.11" {
		t.Errorf("hostsAddress = %q", got)
	}
	if got := hostsAddress(hosts, "pve2"); got != "" {
		t.Errorf("hostsAddress of a stranger = %q", got)
	}
}

func TestBoundsOfAllFiles(t *testing.T) {
	for _, c := range []struct {
		full reader
		want string
	}{
		{reader{files: MaxFiles}, "more than 300000 files are too many"},
		{reader{lines: MaxAllLines}, "more than 8388608 lines in all are too many"},
		{reader{bytes: MaxTotalSize}, "more than 1024 MiB in all are too much"},
	} {
		if err := new(reader).count("f", []byte("x\n")); err != nil {
			t.Fatal(err)
		}
		if err := c.full.count("f", []byte("x\n")); err == nil || err.Error() != "cannot read f: "+c.want {
			t.Errorf("%+v: %v, want %s", c.full, err, c.want)
		}
	}
}
