package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// facts that the reader takes from a guest's config, and where it finds fault.
func guestFacts(env facts.Env, f *source.File) string {
	g := &Guest{VMID: 100, Env: env}
	found := g.readConf(f)
	text := fmt.Sprint(g.Name, g.Tags, g.Broken)
	for _, n := range g.NICs {
		text += fmt.Sprintf(" net%d %s %s %s %v %d %s %s %s line %d", n.Index, n.Model, n.MAC, n.Bridge, n.Firewall, n.Tag, n.Trunks, n.IP, n.IP6, n.Span.From().Line)
	}
	for _, d := range found {
		text += " fault at line " + fmt.Sprint(d.Span.From().Line)
	}
	return text
}

// The reader takes the same from a reduced file as from the file, at the same lines.
func TestReducedGuestsSayTheSame(t *testing.T) {
	for env, texts := range map[facts.Env][]string{
		facts.VM: {
			"name: web\ntags: b;a\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=7,trunks=1;2-3,rate=2.5\nmemory: 2048\nnet1: e1000,bridge=vmbr1\n[snap]\nname: old\n",
			"#net5: virtio\nnet0: virtio=BC:24:11:00:00:01,key=x\nnet1: model=virtio,macaddr=BC:24:11:00:00:02\nnet2: virtio=no\nnet3: bridge\nnet4: virtio,bridge=a,bridge=b\nnet01: virtio\nnet99: virtio\n",
			"net0: virtio\nnet0: virtio,firewall=2\n\nname: a b\nhostname: x\r\nnet1: virtio,,firewall=on\n",
		},
		facts.CT: {
			"hostname: db\nrootfs: local:1\nnet0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=192.0.2.5/24,ip6=auto,gw=192.0.2.1,type=veth,firewall=1\n",
			"net0: bridge=vmbr0\nnet1: name=eth0,gw=192.0.2.1/24\nnet2: name=eth0,type=macvlan\n",
		},
	} {
		for _, text := range texts {
			whole := source.NewFile("x", []byte(text))
			kept := source.NewFile("x", ReduceGuestConf(whole, env, false))
			a, b := strings.ReplaceAll(guestFacts(env, whole), " no ", " removed "), guestFacts(env, kept)
			if strings.TrimPrefix(a, "a b") != b {
				t.Errorf("%q\n%s\nreduced to %q\n%s", text, a, kept.Bytes(), b)
			}
		}
	}
}

// Reducing what is reduced changes nothing.
func FuzzReduce(f *testing.F) {
	f.Add("name: web\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,x=y\nipconfig0: ip=dhcp,gw=x\n[s]\nname: y\n")
	f.Add("totem {\n transport: udp\n}\nnodelist {\n node {\n name: a\n ring0_addr: 10.0.0.1\n}\n}\nx {\n")
	f.Add("migration: type=insecure,network=10.0.0.0/8,x\n")
	f.Add("pbs: b\n server 10.0.0.1,a\n port 8\n disable\n nodes a,b\nx\n y z\n")
	f.Fuzz(func(t *testing.T, text string) {
		for name, reduce := range map[string]func(*source.File) []byte{
			"guest":      func(f *source.File) []byte { return ReduceGuestConf(f, facts.VM, true) },
			"container":  func(f *source.File) []byte { return ReduceGuestConf(f, facts.CT, false) },
			"corosync":   ReduceCorosync,
			"datacenter": ReduceDatacenterCfg,
			"storage":    ReduceStorageCfg,
		} {
			whole := source.NewFile("x", []byte(text))
			once := reduce(whole)
			if twice := reduce(source.NewFile("x", once)); string(once) != string(twice) {
				t.Errorf("%s: %q, then %q", name, once, twice)
			}
			kept := source.NewFile("x", once)
			a, b := fmt.Sprintf("%+v", read(name, whole)), fmt.Sprintf("%+v", read(name, kept))
			if a != b && isPlainText(text) && !strings.Contains(b, Removed) {
				t.Errorf("%s: %s\nreduced to %q: %s", name, a, once, b)
			}
		}
	})
}

// read is what the reader takes from a file, without the words of its places.
func read(kind string, f *source.File) any {
	switch kind {
	case "corosync":
		return *parseCorosync(f)
	case "datacenter":
		if m := parseMigration(f); m != nil {
			return fmt.Sprint(m.Network, m.Insecure, m.Span.From())
		}
	case "storage":
		text := ""
		for _, s := range parseStorages(f) {
			text += fmt.Sprint(s.ID, s.Type, s.Servers, s.Nodes, s.Span.From().Line)
		}
		return text
	}
	return nil
}

// isPlainText tells texts whose words are all ones that are kept where they stand.
func isPlainText(text string) bool {
	for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(" \n:{},;=/", c) }) {
		if !isPlain(word) {
			return false
		}
	}
	return !strings.ContainsAny(text, "\r\t") && !strings.Contains(text, ":\n") && !strings.HasSuffix(text, ":")
}
