package config

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/source"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// envOf is the kind of a file by its name; a guest's without a number is a VM's.
func envOf(name string) facts.Env {
	switch {
	case path.Base(name) == "cluster.fw":
		return facts.Cluster
	case path.Base(name) == "host.fw":
		return facts.Host
	case strings.HasPrefix(name, "vnet/"):
		return facts.VNet
	}
	return facts.VM
}

// checkFormat is the law of the house form for the files of one node.
func checkFormat(t fataler, files map[string]string) {
	t.Helper()
	neat := map[string]string{}
	for name, text := range files {
		if neat[name] = text; path.Ext(name) != ".fw" {
			continue
		}
		once := Format(source.NewFile(name, []byte(text)), envOf(name))
		twice := Format(source.NewFile(name, once), envOf(name))
		if string(once) != string(twice) {
			t.Fatalf("%s: the house form is not stable\nof    %q\nonce  %q\ntwice %q", name, text, once, twice)
		}
		neat[name] = string(once)
	}
	before, said := Resolve(inputOf(files))
	after, says := Resolve(inputOf(neat))
	if diff := cmp.Diff(ParseJSON(before, before.Nodes[0]), ParseJSON(after, after.Nodes[0])); diff != "" {
		t.Fatalf("the house form stores something else (-was +is):\n%s", changed(diff))
	}
	want, got := placeless(ourMessages(said)), placeless(ourMessages(says))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the daemon says something else about the house form (-was +is):\n%s", changed(diff))
	}
}

var quoted = regexp.MustCompile(`(?m)(errors in rule parameters|errors in ipset '[^']*'): .*$`)

// placeless takes line numbers and repeated lines out of messages.
func placeless(messages []string) []string {
	out := withoutNumbers(messages)
	for i := range out {
		out[i] = quoted.ReplaceAllString(out[i], "$1")
	}
	slices.Sort(out)
	return out
}

func TestFormatKeepsMeasuredConfigs(t *testing.T) {
	root := measured.Path(t, "conformance")
	n := 0
	eachRecord(t, filepath.Join(root, "files.jsonl"), func(b []byte) {
		var rec struct{ Files map[string]string }
		if err := json.Unmarshal(b, &rec); err != nil {
			t.Fatal(err)
		}
		checkFormat(t, rec.Files)
		if n++; n%10 == 0 {
			windows := map[string]string{}
			for name, text := range rec.Files {
				windows[name] = strings.ReplaceAll(text, "\n", "\r\n")
			}
			checkFormat(t, windows)
		}
	})
	context := contextFiles(slurp(t, filepath.Join(root, "lines.context.txt")))
	all := map[string]string{}
	eachRecord(t, filepath.Join(root, "lines.jsonl"), func(b []byte) {
		var rec struct{ Env, Line string }
		if err := json.Unmarshal(b, &rec); err != nil {
			t.Fatal(err)
		}
		all[rec.Env] += rec.Line + "\n"
	})
	for env, lines := range all {
		for _, odd := range oddities(lines) {
			checkFormat(t, lineFiles(context, env, odd))
			n++
		}
	}
	t.Logf("%d configs", n)
}

// firewallFiles are all .fw files below the measured cases, the judged ones and
// the examples, by path.
func firewallFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, root := range []string{measured.Path(t, "conformance"), filepath.Join(measured.Path(t, "conformance"), "..", "cases"), "../../examples"} {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && path.Ext(p) == ".fw" {
				files[filepath.ToSlash(p)] = slurp(t, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// asNode makes one file the only one of a node.
func asNode(name, text string) map[string]string {
	short := path.Base(name)
	switch env := envOf(name); {
	case strings.Contains(name, "/vnet/") || strings.Contains(name, "/sdn/"):
		return map[string]string{"vnet/" + short: text}
	case env == facts.VM:
		return map[string]string{"100.fw": text, "qemu-server/100.conf": ""}
	}
	return map[string]string{short: text}
}

// longOnes is how many of the oddities, the last, have lines of 64 KiB.
const longOnes = 2

// oddities are a text as it is and as editors, transfers and hostility leave it.
func oddities(text string) []string {
	long := strings.Repeat("x", 1<<16)
	lines := strings.SplitAfter(text, "\n")
	middle := len(strings.Join(lines[:len(lines)/2], ""))
	return []string{
		text,
		strings.ReplaceAll(text, "\n", "\r\n"),
		"\ufeff" + text,
		"\n \t\n" + strings.TrimSuffix(text, "\n"),
		text[:middle] + "\x00\n" + text[middle:] + "# \x00\n",
		strings.Replace(text, " ", "\x00", 1),
		text[:middle] + "# " + long + "\nIN ACCEPT -source " + long + "\n" + long + "\n" + text[middle:],
		text[:middle] + "IN  ACCEPT  -p tcp  -p tcp # " + long + " \n" + text[middle:],
	}
}

func TestFormatKeepsRealFiles(t *testing.T) {
	files := firewallFiles(t)
	for i, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		odd := oddities(text)
		for _, o := range odd[:len(odd)-longOnes] {
			checkFormat(t, asNode(name, o))
		}
		checkFormat(t, asNode(name, odd[len(odd)-1-i%longOnes]))
		checkCanonical(t, asNode(name, text))
	}
	t.Logf("%d files", len(files))
}

// fileText draws a firewall file: mostly good lines, in any spelling, and damage.
func fileText(t *rapid.T) string {
	pick := func(name, choices string) string {
		return rapid.SampledFrom(strings.Split(choices, "|")).Draw(t, name)
	}
	gap := func() string { return pick("gap", " | | | |  |\t|   |\t ") }
	comment := func() string {
		return pick("comment", "||| # text|# glued|   # more # marks| #| # 0| # voil\u00e0| # \u00a0x\u00a0|\t#\ttab \r|\r| \v")
	}
	var b strings.Builder
	for range rapid.IntRange(0, 24).Draw(t, "lines") {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			b.WriteString(pick("header", "[OPTIONS]|[options]|[RULES]|[Rules]|[ALIASES]|[IPSET set1]|[ipset  Set2 ]|[IPSET\tset1] #c|[group web]|[GROUP Web]  # x|[group w]|[RULES] # no|[nonsense]"))
		case 1:
			b.WriteString(pick("option", "enable:1|Enable: \t0|policy_in:  drop|log_level_in:|log_level_out: Info|enable: yes|enable : 1|nosuch: 1|log_ratelimit: enable=1|ipfilter:1\r|policy_forward:REJECT") + pick("end", "|| | # no"))
		case 2:
			b.WriteString(pick("alias", "lan|LAN|a|dup:|x_1") + gap() + pick("address", "10.0.0.0/8|192.0.2.1/32|2001:db8::1|10.1|1,2|+set1") + comment())
		case 3:
			b.WriteString(pick("not", "||!|! |!\t") + pick("entry", "10.0.0.1|10.0.0.0/24|lan|LAN|dc/lan|::1/128|0.0.0.0/0|a b|[x]|!x") + comment())
		case 4, 5, 6:
			b.WriteString(pick("bar", "||||| |") + pick("type", "IN|in|Out|OUT|FORWARD|INN") + gap() + pick("action", "ACCEPT|DROP|ssh(ACCEPT)|Ping(DROP)|accept|Nope(DROP)"))
			for range rapid.IntRange(0, 4).Draw(t, "params") {
				b.WriteString(gap() + pick("param", "-i net0|-i eth0|-source lan|--source 10.0.0.0/8|-dest +set1|-dest 2001:db8::/32|-p tcp|-proto udp|--proto icmp|-dport 22|--dport 80,443|-sport 0|-log info|--log nolog|-logx y|-icmp-type any|-p  tcp|-log info-p tcp|-source 0"))
			}
			b.WriteString(comment())
		case 7:
			b.WriteString(pick("group", "GROUP|group|Group") + gap() + pick("name", "web|Web|nosuch") + pick("iface", "|| -i net0|  -i eth0") + comment())
		case 8:
			b.WriteString(pick("blank", "|| |\t|\r|\xa0| # note|# note \t|#\r|#|\xa0# x|# \xa0|\r# x"))
		default:
			b.WriteString(pick("damage", "foo|\xef\xbb\xbf[RULES]|\x00|IN ACCEPT \x00|\xa0IN DROP|IN DROP\xa0|0|IN|] [|a 1.2.3.4\v|\xff\xfe 10.0.0.1"))
		}
		b.WriteString(pick("ending", "\n|\n|\n|\n|\n|\r\n|\n\n|\n\n\n\n"))
	}
	return strings.TrimSuffix(b.String(), pick("last", "\n|x"))
}

func TestFormatLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files := map[string]string{"qemu-server/100.conf": ""}
		for _, name := range []string{"cluster.fw", "host.fw", "100.fw", "vnet/v.fw"} {
			files[name] = fileText(t)
		}
		checkFormat(t, files)
		checkCanonical(t, files)
	})
}

// checkCanonical: what Proxmox writes, Proxmox writes again, with nothing left to
// lose; and it stores what it did before.
func checkCanonical(t fataler, files map[string]string) {
	t.Helper()
	cfg, _ := Resolve(inputOf(files))
	saved := map[string]string{}
	for name, text := range files {
		saved[name] = text
	}
	tame, harmless := true, true
	for _, fw := range filesOfNode(cfg) {
		name := fw.File.Source.Name()
		saved[name] = string(Canonical(fw, time.Time{}))
		for _, l := range Lost(fw) {
			harmless = harmless && l.What == aComment
			tame = tame && (l.What == aComment || l.What == notStored)
		}
	}
	again, _ := Resolve(inputOf(saved))
	for _, fw := range filesOfNode(again) {
		name := fw.File.Source.Name()
		// A line may come to end in a byte 0xA0, which the daemon cuts off.
		if text := string(Canonical(fw, time.Time{})); tame && text != saved[name] && !strings.Contains(saved[name], "\xa0\n") {
			t.Fatalf("%s: saved twice\nof    %q\nonce  %q\ntwice %q", name, files[name], saved[name], text)
		}
		if lost := Lost(fw); len(lost) > 0 && harmless {
			t.Fatalf("%s: %q still loses %s", name, saved[name], lost[0].What)
		}
	}
}

func filesOfNode(cfg *Config) (all []*FW) {
	n := cfg.Nodes[0]
	for _, fw := range append([]*FW{cfg.Cluster, n.Host}, cfg.VNets...) {
		if fw != nil {
			all = append(all, fw)
		}
	}
	for _, g := range n.Guests {
		if g.FW != nil {
			all = append(all, g.FW)
		}
	}
	return all
}

func FuzzFormat(f *testing.F) {
	f.Add("cluster.fw", []byte("[options]\r\nEnable:  1\n\n\n[ALIASES]\nlan 10.0.0.0/8#x\n[group Web]\nin  ssh(ACCEPT) -p tcp -source lan # à"))
	f.Add("100.fw", []byte("[RULES]\n|in DROP --proto tcp -log info-i net0\n[IPSET a]\n! 10.0.0.1\n\xa0\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		checkFormat(t, asNode(name, string(data)))
	})
}

func TestCanonicalIsWhatProxmoxWrites(t *testing.T) {
	text, err := os.ReadFile("testdata/canonical.fw")
	if err != nil {
		t.Fatal(err)
	}
	in, want, _ := strings.Cut(string(text), "-- saved --\n")
	cfg, _ := Resolve(Input{Cluster: source.NewFile("cluster.fw", []byte(in)), Datacenter: true})
	if diff := cmp.Diff(want, string(Canonical(cfg.Cluster, time.Unix(1e9, 0)))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var lost []string
	for _, l := range Lost(cfg.Cluster) {
		lost = append(lost, strings.TrimSpace(cfg.Cluster.File.Text(l.Line.Body()))+": "+l.What)
	}
	wantLost := []string{
		"# about the datacenter: a comment", "IN ACCEPT -p icmp -dport 0: the ICMP type 0", "IN DROP # 0: a comment",
		"IN DROP -x: a line that Proxmox does not store", "policy_in: ACCEPT: a line that Proxmox does not store",
		"nosuch: 1: a line that Proxmox does not store", "10.0.0.1 # again: a line that Proxmox does not store",
		"bad  10.0.0.1: a line that Proxmox does not store", "IN ACCEPT -i vmbr0: the interface of a group's rule",
	}
	if diff := cmp.Diff(wantLost, lost); diff != "" {
		t.Errorf("lost (-want +got)\n%s", diff)
	}
}
