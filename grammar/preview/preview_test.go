package preview

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

const datacenter = "[ALIASES]\nnet4  10.1.0.0/16\nnet6 2001:db8::/32\n[IPSET set]\n10.2.0.0/16\n[group web]\nIN ACCEPT\n[RULES]\n"

func read(env facts.Env, text string) *File { return Read(source.NewFile("x.fw", []byte(text)), env) }

func TestRules(t *testing.T) {
	cluster := read(facts.Cluster, datacenter)
	for line, want := range map[string]Verdict{
		"IN ACCEPT": Taken, "in accept -p=tcp": KernelRefuses, "IN Web(drop) --dest net4,net4": Refused,
		"IN DROP -p  tcp\t-dport www": Taken, "IN DROP -iface net0": Taken, "IN DROP -log warn": Taken,
		"|IN DROP -dport 80": Ignored, "| GROUP web": Ignored, "|IN DROP -log INFO": Refused,
		"IN DROP -dport 80": Widened, "IN DROP -p gre -sport http": Widened, "IN DROP -icmp-type any": Widened,
		"IN DROP -p icmp -dport 8": Widened, "IN DROP -p icmp -source net6": Widened, "IN DROP -source net4 -dest net6": Widened,
		"IN DROP -source +set -dest 10.0.0.1": Widened, "IN DROP -dest +set -source 10.0.0.1": Taken,
		"IN Ping(ACCEPT) -source net4": Widened, "IN Ping(ACCEPT) -p tcp": KernelRefuses,
		"IN ping(ACCEPT)": Skipped, "IN DROP -source +SET": Skipped, "IN DROP -source guest/net4": Skipped, "IN DROP -source NET4": Taken,
		"GROUP web": Taken, "GROUP Web": KernelRefuses, "group web": Refused, "GROUP web -p tcp": Refused,
		"IN DROP -p 300": KernelRefuses, "IN DROP -p nosuch": KernelRefuses, "IN DROP -i net": Refused,
		"IN DROP #": Refused, "IN DROP # c": Taken, "IN DROP -p tcp\r": Taken, "IN DROP -p tcp\r #c": Refused,
		"FORWARD DROP": Refused, "IN DROP -source 10.0.0.1 -dest ::1": Refused, "IN DROP -source 10": Refused,
		"IN DROP -source 10.0.0.9-10.0.0.1": Refused, "IN DROP -p tcp -p udp": Refused, "IN DROP -p": Refused,
		"IN DROP -p tcp -dport 90:80": Refused, "IN DROP -p tcp -dport 80,": Refused, "IN DROP -s 10.0.0.1": Refused,
		"IN DROP -dport 5 -icmp-type any": Refused, "IN DROP -p icmpv6 -icmp-type redirect": Taken, "IN HTTP/3(DROP)": Refused,
		"[weird]": Refused, "# c": Ignored, "": Ignored, "IN DROP -p tcp\u00a0-dport 5": Refused, "IN DROP # \xe9": Refused,
	} {
		f := read(facts.VM, "[RULES]\n"+line)
		got := f.Line(2, Scope{Own: f, Cluster: cluster})
		if got.Verdict != want {
			t.Errorf("%q: %d (%s), want %d", line, got.Verdict, got.Why, want)
		}
		if harmful := want >= Widened; harmful != (got.Effect() != "") {
			t.Errorf("%q: effect %q", line, got.Effect())
		}
	}
}

func TestNamesOfMissingFilesAreNotJudged(t *testing.T) {
	f := read(facts.VM, "[IPSET s]\nlan\nguest/lan\n[RULES]\nIN DROP -source +dc/set\nGROUP web\nIN DROP -source +sdn/v-all\n")
	for n, want := range map[int]Verdict{2: Taken, 3: SetRefused, 5: Taken, 6: Taken, 7: Taken} {
		if got := f.Line(n, Scope{Own: f, Unknown: true}); got.Verdict != want {
			t.Errorf("line %d: %+v, want %d", n, got, want)
		}
	}
}

func TestOtherLines(t *testing.T) {
	for text, want := range map[string]string{ // one letter per line: r refused, i ignored, s left out, . taken
		"enable: 1\n[OPTIONS]\nenable: yes\nenable: 1\nEnable: 2\njunk\npolicy_in: drop\n":          "r..rir.",
		"[OPTIONS]\nenable: 2\nenable: 1\nlog_ratelimit: rate=5/second\n":                           ".r..",
		"[OPTIONS] # c\nenable: 1\n[rules]\nIN DROP\n":                                              "rr..",
		"[ALIASES]\na 10.0.0.1\nA 10.0.0.2\n1x 10.0.0.1\nb 10.0.0.1 # c\nc 10.0.0.1#c\nd ::1/129\n": "..rr.rr",
		"[IPSET a]\n10.0.0.1/24\n! ::/0\n10.0.0.1#c\n+a\n10.0.0.1 10.0.0.2\n[IPSET a]\n10.0.0.1\n":  "...rrrrr",
		"[ipset a]\n[IPSET b ]\n[group  c] # x\n[GROUP d]\n[IPSET ]\n":                              "rr.rr",
	} {
		f := read(facts.Cluster, text)
		var got strings.Builder
		for n := range strings.Count(text, "\n") {
			got.WriteString(map[Verdict]string{Refused: "r", Ignored: "i", Skipped: "s", Taken: "."}[f.Line(n+1, Scope{Cluster: f}).Verdict])
		}
		if got.String() != want {
			t.Errorf("%q: %s, want %s", text, got.String(), want)
		}
	}
}

func TestSectionsOfEachKindOfFile(t *testing.T) {
	for header, want := range map[string]string{ // host, guest, VNet
		"[group web]": "rr.", "[IPSET web]": "r.r", "[ALIASES]": "...",
	} {
		got := ""
		for _, env := range []facts.Env{facts.Host, facts.CT, facts.VNet} {
			got += map[bool]string{true: "r", false: "."}[read(env, header).Line(1, Scope{}).Verdict == Refused]
		}
		if got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
	if got := read(facts.Host, "[ALIASES]\na 10.0.0.1\n").Line(2, Scope{}); got.Verdict != Refused {
		t.Errorf("host.fw has no aliases: %+v", got)
	}
}

// FuzzLine: any bytes are judged without a panic, and a judgement that stops the
// update says why.
func FuzzLine(f *testing.F) {
	f.Add(datacenter+"IN DROP -p tcp -dport 22", uint8(facts.Cluster))
	f.Add("[OPTIONS]\nlog_ratelimit: 1,burst=2\n[IPSET a]\n!dc/x # c\n[group", uint8(facts.VM))
	f.Add("[RULES]\n|GROUP\tx -i\n-\n|\nIN (\nIN A()\nIN A(DROP)--", uint8(facts.Host))
	f.Fuzz(func(t *testing.T, text string, env uint8) {
		file := read(facts.Env(env%5), text)
		for n := range len(file.lines) + 2 {
			l := file.Line(n, Scope{Own: file, Cluster: file})
			if l.Verdict > Refused || l.Verdict >= Widened && (l.Why == "" || l.Effect() == "") {
				t.Fatalf("line %d of %q: %+v", n, text, l)
			}
		}
	})
}
