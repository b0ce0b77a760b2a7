package grammar

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// translate returns the text with every translation made, and the lines that have
// none.
func translate(t interface{ Fatal(...any) }, text string) (string, []string) {
	f, _ := Parse(source.NewFile("x.fw", []byte(text)), facts.VM)
	edits, unclear := FromPositional(f)
	out, err := source.Apply(f.Source, edits)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, b := range unclear {
		lines = append(lines, f.Text(b.Body()))
	}
	return string(out), lines
}

func TestFromPositional(t *testing.T) {
	const same = "="
	for _, c := range []struct{ line, want string }{
		{"IN ACCEPT net0 10.0.0.0/8 +web tcp 22,80 1024:", "IN ACCEPT -i net0 -source 10.0.0.0/8 -dest +web -p tcp -dport 22,80 -sport 1024:"},
		{"in DROP\tvmbr0.5 -  lan", "in DROP\t-i vmbr0.5 -dest lan"},
		{"|OUT REJECT - - - 47 # gre", "|OUT REJECT -p 47 # gre"},
		{"IN ACCEPT - - - icmp echo-request", "IN ACCEPT -p icmp -dport echo-request"},
		{"IN SSH(ACCEPT) net0", "IN SSH(ACCEPT) -i net0"},
		{"IN SSH(ACCEPT) - - - tcp 22", "IN SSH(ACCEPT) "},
		{"IN SSH(ACCEPT) - - - tcp 23", "?"},
		{"IN DNS(ACCEPT) - - - tcp 53", "?"}, // stands for two rules
		{"IN Nope(ACCEPT) - lan", "IN Nope(ACCEPT) -source lan"},
		{"GROUP web net0", "GROUP web -i net0"},
		{"GROUP web - -", "GROUP web "},
		{"GROUP web net0 lan", "?"},
		{"IN ACCEPT net-0 lan", "?"},
		{"IN ACCEPT - - - TCP 22", "?"},
		{"IN ACCEPT - - - - 22", "?"},
		{"IN ACCEPT -p tcp net0", same},
		{"IN ACCEPT net0 -p tcp", same},
		{"IN ACCEPT a b c tcp 1 2 3", same},
		{"FORWARD ACCEPT net0", same},
		{"INN ACCEPT net0", same},
		{"IN ACCEPT -i net0", same},
		{"net0", same},
	} {
		got, unclear := translate(t, "[RULES]\n"+c.line+"\n")
		want := c.want
		if want == same || want == "?" {
			want = c.line
		}
		if got != "[RULES]\n"+want+"\n" || (len(unclear) == 1) != (c.want == "?") {
			t.Errorf("%q became %q, unclear %q; want %q", c.line, got, unclear, c.want)
		}
	}
}

// TestFromPositionalKeepsFields: what is translated reads as a rule with the
// fields in the parameters of their places.
func TestFromPositionalKeepsFields(t *testing.T) {
	kinds := []ParamKind{Iface, Source, Dest, Proto, DPort, SPort}
	rapid.Check(t, func(t *rapid.T) {
		fields := []string{
			rapid.SampledFrom([]string{"-", "net0", "eth1:2"}).Draw(t, "iface"),
			rapid.SampledFrom([]string{"-", "lan", "+set", "10.0.0.1", "a,b"}).Draw(t, "source"),
			rapid.SampledFrom([]string{"-", "::1", "dc/lan"}).Draw(t, "dest"),
			rapid.SampledFrom([]string{"tcp", "udp", "17"}).Draw(t, "proto"),
			rapid.SampledFrom([]string{"-", "22", "http"}).Draw(t, "dport"),
			rapid.SampledFrom([]string{"-", "1:2"}).Draw(t, "sport"),
		}[:rapid.IntRange(1, 6).Draw(t, "given")]
		gap := rapid.SampledFrom([]string{" ", "\t", "  "}).Draw(t, "gap")
		text, unclear := translate(t, "[RULES]\nIN ACCEPT "+strings.Join(fields, gap)+" # c")
		f, _ := Parse(source.NewFile("x.fw", []byte(text)), facts.VM)
		r, ok := f.Lines[1].(*Rule)
		if !ok || len(unclear) > 0 {
			t.Fatalf("%q became %q", fields, text)
		}
		for i, kind := range kinds {
			p, given := r.Param(kind)
			if i >= len(fields) || fields[i] == "-" {
				if given {
					t.Fatalf("%q became %q", fields, text)
				}
			} else if f.Text(p.Value) != fields[i] {
				t.Fatalf("%q became %q", fields, text)
			}
		}
	})
}
