package facts_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/facts"
)

func TestOptionRows(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range facts.Options() {
		if o.Description == "" || strings.HasSuffix(o.Description, ".") {
			t.Errorf("%s: description %q", o.Name, o.Description)
		}
		for _, env := range o.Envs {
			key := env.String() + " " + o.Name
			if seen[key] {
				t.Errorf("%s: two rows", key)
			}
			seen[key] = true
			if got, ok := facts.OptionIn(env, o.Name); !ok || got != o {
				t.Errorf("%s: OptionIn does not find the row", key)
			}
		}
		if o.Name != strings.ToLower(o.Name) {
			t.Errorf("%s is not lower case", o.Name)
		}
	}
	if len(seen) != 6+20+2*13+3 {
		t.Errorf("%d options in all files", len(seen))
	}
}

func TestEveryOptionTakesItsDefaultsAndValues(t *testing.T) {
	for _, o := range facts.Options() {
		for _, text := range append(o.Values(), o.Default, o.Documented) {
			if text == "" {
				continue
			}
			got, complaint, ok := o.Parse(text)
			if !ok || got != text {
				t.Errorf("%s %v: Parse(%q) = %q, %q, %v", o.Name, o.Envs, text, got, complaint, ok)
			}
		}
		if o.Documented == o.Default && o.Documented != "" {
			t.Errorf("%s: documented default is no other one", o.Name)
		}
	}
}

func TestOptionNames(t *testing.T) {
	tests := []struct {
		env  facts.Env
		name string
		want bool
	}{
		{facts.Cluster, "Policy_In", true}, {facts.Cluster, "LOG_RATELIMIT", false}, {facts.Cluster, "log_ratelimit", true},
		{facts.Cluster, "nosmurfs", false}, {facts.Cluster, "log_level_in", false}, {facts.Host, "policy_in", false},
		{facts.Host, "protection_synflood_limit", false}, {facts.Host, "protection_limit", true}, {facts.Host, "radv", false},
		{facts.VM, "log_level_forward", false}, {facts.CT, "IPFILTER", true}, {facts.VNet, "policy_in", false}, {facts.Group, "enable", false},
	}
	for _, test := range tests {
		if _, ok := facts.OptionIn(test.env, test.name); ok != test.want {
			t.Errorf("%s knows %s: %v", test.env, test.name, ok)
		}
	}
	elsewhere := map[string][]facts.Env{
		"LOG_LEVEL_FORWARD": {facts.Host, facts.VNet},
		"ipfilter":          {facts.VM, facts.CT},
		"Log_RateLimit":     {facts.Cluster},
		"policy":            nil,
	}
	for name, want := range elsewhere {
		if got := facts.OptionElsewhere(name); !cmp.Equal(got, want) {
			t.Errorf("OptionElsewhere(%s) = %v, want %v", name, got, want)
		}
	}
}

func TestOptionValues(t *testing.T) {
	tests := []struct {
		env              facts.Env
		name, text, want string // want "!": refused, "!TEXT": refused with a complaint
	}{
		{facts.Cluster, "enable", "01", "1"},
		{facts.Cluster, "enable", "000", "0"},
		{facts.Cluster, "enable", "-1", "!"},
		{facts.Cluster, "enable", "", "!"},
		{facts.Cluster, "ebtables", "on", "!"},
		{facts.Cluster, "policy_out", "reject", "REJECT"},
		{facts.Cluster, "policy_forward", "Reject", "REJECT"},
		{facts.Cluster, "policy_in", "drop;", "!"},
		{facts.Cluster, "log_ratelimit", "anything", "anything"},
		{facts.Cluster, "log_ratelimit", "1 2", "!"},
		{facts.Host, "enable", "01", "!"},
		{facts.Host, "log_level_in", "Warning", "warning"},
		{facts.Host, "log_level_in", "", ""},
		{facts.Host, "log_level_in", "loud", "!"},
		{facts.Host, "nf_conntrack_max", "1k", "!"},
		{facts.Host, "nf_conntrack_helpers", "IRC,tftp", "irc,tftp"},
		{facts.Host, "nf_conntrack_helpers", "nope", "!unknown helper nope at Firewall.pm line 1167."},
		{facts.Host, "nf_conntrack_helpers", "ftp,", "!extraneous commas in list"},
		{facts.Host, "nf_conntrack_helpers", "ftp, sip", "!"},
		{facts.VM, "layer2_protocols", "ARP,IPX", "ARP,IPX"},
		{facts.VM, "layer2_protocols", "ARP,", "ARP,"},
		{facts.VM, "layer2_protocols", "0806", "0806"},
		{facts.VM, "layer2_protocols", "ARP,FOO", "!unknown ethernet protocol type: FOO"},
		{facts.VM, "layer2_protocols", "ARP, IPv4", "!"},
		{facts.VM, "layer2_protocols", "", "!"},
		{facts.VM, "ips_queues", "1:3", "1:3"},
		{facts.VM, "ips_queues", "1:", "!"},
		{facts.VM, "ips_queues", "1:2:3", "!"},
		{facts.CT, "enable", "2", "!"},
		{facts.VNet, "enable", "2", "2"},
		{facts.VNet, "policy_forward", "reject", "!"},
		{facts.VNet, "log_level_forward", "", "!"},
	}
	for _, test := range tests {
		o, found := facts.OptionIn(test.env, test.name)
		if !found {
			t.Fatalf("%s has no option %s", test.env, test.name)
		}
		got, complaint, ok := o.Parse(test.text)
		if !ok {
			got = "!" + complaint
		}
		if got != test.want {
			t.Errorf("%s %s: %q gives %q, want %q", test.env, test.name, test.text, got, test.want)
		}
	}
}

func TestOptionOutOfRange(t *testing.T) {
	o, _ := facts.OptionIn(facts.Host, "nf_conntrack_tcp_timeout_syn_recv")
	for text, want := range map[string]bool{"29": true, "30": false, "60": false, "61": true, "99999999999999999999": true} {
		if o.OutOfRange(text) != want {
			t.Errorf("%s out of range: %v", text, !want)
		}
	}
	if o, _ := facts.OptionIn(facts.Cluster, "enable"); o.OutOfRange("1700000000") {
		t.Error("enable has no range")
	}
}
