package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
)

func unusedNames(files map[string]string) (names []string) {
	_, list := Resolve(inputOf(files))
	for _, d := range list {
		if d.Rule == definitionUnused {
			names = append(names, d.Span.File.Name()+" "+d.Span.Text())
		}
	}
	return names
}

func TestUnusedDefinitions(t *testing.T) {
	files := map[string]string{
		"cluster.fw": "[ALIASES]\nlocal_network 10.0.0.0/8\na1 10.0.0.1\na2 10.0.0.2\na3 10.0.0.3\na4 10.0.0.4\n" +
			"[IPSET management]\n[IPSET blacklist]\n[IPSET s1]\na1\n[IPSET s2]\n[IPSET s3]\n",
		"100.fw":               "[ALIASES]\nown 10.0.0.1\n[IPSET ipfilter-net0]\n[IPSET mine]\n[RULES]\nIN ACCEPT -source +dc/s1\n|IN DROP -source A2\nIN DROP -s +s3\n",
		"qemu-server/100.conf": "",
	}
	want := []string{"100.fw own", "100.fw mine", "cluster.fw a3", "cluster.fw a4", "cluster.fw s2"}
	if diff := cmp.Diff(want, unusedNames(files)); diff != "" {
		t.Error(diff)
	}
	if got := unusedNames(map[string]string{"cluster.fw": files["cluster.fw"]}); got != nil {
		t.Errorf("files that are not there may use the names: %q", got)
	}
}

func TestAmbiguousNamesAreReportedOnce(t *testing.T) {
	cfg := map[string]string{
		"cluster.fw":           "[ALIASES]\nsame 10.0.0.1\nother 10.0.0.1\n[IPSET set]\n",
		"100.fw":               "[ALIASES]\nsame 10.0.0.1\nother 10.0.0.2\n[IPSET set]\n[RULES]\nIN DROP -source same -dest other\nIN DROP -source +set -dest OTHER\nIN DROP -source +dc/set -dest guest/other\n",
		"qemu-server/100.conf": "",
	}
	_, list := Resolve(inputOf(cfg))
	var at []string
	for _, d := range list {
		if d.Rule == scopeAmbiguous {
			at = append(at, d.Span.Text())
			if len(d.Related) != 2 || d.Related[0].Span.File.Name() != "100.fw" || d.Related[1].Span.File.Name() != "cluster.fw" {
				t.Errorf("related places %+v", d.Related)
			}
		}
	}
	if !slices.Equal(at, []string{"other", "+set"}) {
		t.Errorf("ambiguous: %q", at)
	}
}

func TestRangesAsNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.0-10.0.0.255": "10.0.0.0/24", "10.0.0.1-10.0.0.1": "10.0.0.1", "10.0.0.3-10.0.0.4": "10.0.0.3 10.0.0.4",
		"fd00::-fd00::2": "fd00::/127 fd00::2", "255.255.255.254-255.255.255.255": "255.255.255.254/31",
		"0.0.0.0-255.255.255.255": "", "10.0.0.9-10.0.0.1": "", "10.0.0.1-::1": "", "10.0.0.1": "", "a-b": "", "": "",
		"0.0.0.1-255.255.255.254": "",
	} {
		if got := strings.Join(prefixesOf(text, 30), " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestEffectsUnderBothDaemons(t *testing.T) {
	for line, want := range map[string]string{
		"IN DROP -dport 80":              "Takes the rule without the ports, so it matches more than written.",
		"IN DROP -source +nosuch":        "Leaves it out with a warning: no set has exactly this name in the scope it names.",
		"IN DROP -source nosuch -log x":  "Refuses the file, so no update of the node's rules takes place: log levels are named, in lower case.",
		"GROUP nosuch":                   "Writes a rule that nft refuses, so the whole update fails: no group has exactly this name.",
		"IN DROP -source 10.0.0.1/24":    readsLine,
		"|IN DROP -dport 80":             "",
		"IN DROP -p tcp -dport  80":      "Accepts the white space.",
		"IN DROP -source late\n[IPSET x": "Leaves it out with a warning: no alias has this name in the scope it names.",
	} {
		_, list := resolveFault(fault{file: "100.fw", above: "[RULES]\n", line: line})
		if len(list) == 0 || list[0].Effects.ProxmoxFirewall != want {
			t.Errorf("%s: want %q, have %+v", line, want, effectsOf(list))
		}
	}
}

func TestFilesOfVNetsAreOnlyChecked(t *testing.T) {
	_, list := Resolve(inputOf(map[string]string{"cluster.fw": header, "vnet/v.fw": "[RULES]\nGROUP nosuch\nFORWARD DROP -dport 80\n"}))
	var got []string
	for _, d := range list {
		if d.Span.File.Name() == "vnet/v.fw" {
			got = append(got, d.Rule.Code+"|"+d.ProxmoxRuntimeMessage+"|"+d.Effects.PVEFirewall+"|"+d.Effect)
		}
	}
	want := []string{
		"group-unknown||Makes no rules of VNet files.|Writes a rule that nft refuses, so the whole update fails: no group has exactly this name.",
		"port-without-protocol||Makes no rules of VNet files.|Takes the rule without the ports, so it matches more than written.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMissedNamesShowWhatTheyMissed(t *testing.T) {
	for line, want := range map[string]string{
		"IN DROP -source +Web": "web", "IN DROP -source +lan": "lan", "IN DROP -source web": "web", "GROUP web": "web",
		"GROUP SSH": "ssh", "IN DROP -source guest/lan": "lan", "IN DROP -source +guest/web": "web",
	} {
		_, list := resolveFault(fault{file: "100.fw", above: "[RULES]\n", line: line})
		if len(list) == 0 || len(list[0].Related) != 1 || list[0].Related[0].Span.Text() != want || list[0].Related[0].Span.File.Name() != "cluster.fw" {
			t.Errorf("%s: %+v", line, list)
		}
	}
}

func effectsOf(list diag.List) (out []string) {
	for _, d := range list {
		out = append(out, d.Rule.Code+": "+d.Effects.ProxmoxFirewall)
	}
	return out
}
