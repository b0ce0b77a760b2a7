package config

import (
	"slices"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// guestInput is inputOf with a config for guest 100.
func guestInput(files map[string]string) Input {
	all := map[string]string{"qemu-server/100.conf": "net0: virtio=BC:24:11:00:0A:01,bridge=vmbr0,firewall=1\n"}
	for name, text := range files {
		all[name] = text
	}
	return inputOf(all)
}

// mended applies the first fix of the first finding with that code and returns
// the files that change.
func mended(t *testing.T, code string, files map[string]string) (map[string]string, diag.Safety) {
	t.Helper()
	_, list := Resolve(guestInput(files))
	for _, d := range list {
		if d.Rule.Code != code || len(d.Fixes) == 0 || d.Fixes[0].Safety == diag.Offered {
			continue
		}
		edits := map[*source.File][]source.Edit{}
		for _, e := range d.Fixes[0].Edits {
			edits[e.Span.File] = append(edits[e.Span.File], e)
		}
		out := map[string]string{}
		for f, list := range edits {
			text, err := source.Apply(f, list)
			if err != nil {
				t.Fatal(err)
			}
			out[f.Name()] = string(text)
		}
		return out, d.Fixes[0].Safety
	}
	return nil, diag.Safe
}

func TestMends(t *testing.T) {
	for name, c := range map[string]struct {
		code        string
		files, want map[string]string
		safe        bool
	}{
		"list in an alias": {code: "address-invalid",
			files: map[string]string{"cluster.fw": "[ALIASES]\nADMINS 10.0.0.1,10.0.0.2 # us\n# next\n[RULES]\n"},
			want:  map[string]string{"cluster.fw": "[ALIASES]\n\n[IPSET admins] # us\n\n10.0.0.1\n10.0.0.2\n\n# next\n[RULES]\n"}},
		"list in an alias, end of file": {code: "address-invalid",
			files: map[string]string{"100.fw": "[ALIASES]\nab 10.0.0.1,10.0.0.2\ncd 10.0.0.3"},
			want:  map[string]string{"100.fw": "[ALIASES]\ncd 10.0.0.3\n\n[IPSET ab]\n\n10.0.0.1\n10.0.0.2\n"}},
		"set without plus": {code: "ipset-used-as-alias",
			files: map[string]string{"cluster.fw": "[IPSET web]\n10.0.0.1\n", "100.fw": "[RULES]\nIN ACCEPT -source dc/Web\n"},
			want:  map[string]string{"100.fw": "[RULES]\nIN ACCEPT -source +dc/web\n"}},
		"set in a set": {code: "ipset-used-as-alias",
			files: map[string]string{"cluster.fw": "[IPSET web]\n10.0.0.1\n10.0.0.2\n[IPSET all]\n10.0.0.2\nweb # them\n"},
			want:  map[string]string{"cluster.fw": "[IPSET web]\n10.0.0.1\n10.0.0.2\n[IPSET all]\n10.0.0.2\n10.0.0.1 # them\n"}},
		"node's option in cluster.fw": {code: "option-wrong-file",
			files: map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\nlog_level_in: info\n", "host.fw": "[RULES]\nIN DROP\n"},
			want:  map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\n", "host.fw": "[OPTIONS]\n\nlog_level_in: info\n\n[RULES]\nIN DROP\n"}},
		"it is set there already": {code: "option-wrong-file",
			files: map[string]string{"cluster.fw": "[OPTIONS]\nlog_level_in: info\n", "host.fw": "[OPTIONS]\nlog_level_in: err\n"},
			want:  map[string]string{"cluster.fw": "[OPTIONS]\n"}},
		"datacenter's option in host.fw": {code: "option-wrong-file",
			files: map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1", "host.fw": "[OPTIONS]\npolicy_out: DROP\n"},
			want:  map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\npolicy_out: DROP", "host.fw": "[OPTIONS]\n"}},
		"it is the default": {code: "option-wrong-file",
			files: map[string]string{"cluster.fw": "[OPTIONS]\n", "host.fw": "[OPTIONS]\npolicy_in: DROP\n"},
			want:  map[string]string{"host.fw": "[OPTIONS]\n"}},
		"cluster.fw says otherwise": {code: "option-wrong-file",
			files: map[string]string{"cluster.fw": "[OPTIONS]\npolicy_in: ACCEPT\n", "host.fw": "[OPTIONS]\npolicy_in: DROP\n"}},
		"no host.fw": {code: "option-wrong-file", files: map[string]string{"cluster.fw": "[OPTIONS]\nlog_level_in: info\n"}},
		"deny": {code: "action-unknown",
			files: map[string]string{"100.fw": "[RULES]\nIN deny -p tcp\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp\n"}},
		"tcp": {code: "port-without-protocol",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP --dport 80\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp --dport 80\n"}},
		"udp": {code: "port-without-protocol",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -dport tftp\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p udp -dport tftp\n"}},
		"port beside a macro": {code: "port-without-protocol",
			files: map[string]string{"100.fw": "[RULES]\nIN SSH(DROP) -dport 80 # x\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp -dport 80 # x\n"}},
		"port that the macro has": {code: "port-without-protocol",
			files: map[string]string{"100.fw": "[RULES]\nIN SSH(DROP) -dport 22 -i net0\n"}, want: map[string]string{"100.fw": "[RULES]\nIN SSH(DROP) -i net0\n"}},
		"other port than the macro's": {code: "macro-parameter-conflict",
			files: map[string]string{"100.fw": "[RULES]\nIN SSH(DROP) -p tcp -dport 2222\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp -dport 2222\n"}},
		"macro of several rules": {code: "port-without-protocol", files: map[string]string{"100.fw": "[RULES]\nIN DNS(DROP) -dport 80\n"}},
		"list with blanks": {code: "alias-malformed",
			files: map[string]string{"100.fw": "[ALIASES]\nadmins: 10.0.0.1, 10.0.0.2,10.0.0.3 # us\n[RULES]\n"},
			want:  map[string]string{"100.fw": "[ALIASES]\n\n[IPSET admins] # us\n\n10.0.0.1\n10.0.0.2\n10.0.0.3\n\n[RULES]\n"}},
		"list with words": {code: "alias-malformed", files: map[string]string{"100.fw": "[ALIASES]\nadmins 10.0.0.1 and 10.0.0.2\n"}},
		"two families": {code: "address-list-mixed-family",
			files: map[string]string{"100.fw": "[RULES]\n|IN DROP -source 10.0.0.1,::1,10.0.0.2 -p tcp # x\n"},
			want:  map[string]string{"100.fw": "[RULES]\n|IN DROP -source 10.0.0.1,10.0.0.2 -p tcp # x\n|IN DROP -source ::1 -p tcp # x\n"}},
		"two families, and a third word": {code: "address-list-mixed-family", files: map[string]string{"100.fw": "[RULES]\nIN DROP -dest 10.0.0.1,::1 -p icmp\n"}},
		"too many ports": {code: "port-list-too-long",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp -dport ssh,2,3,4,5,6,7,8,9,10,11,12,13,14:15,16,17,18\n"},
			want:  map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp -dport ssh,2,3,4,5,6,7,8,9,10,11,12,13,14:15\nIN DROP -p tcp -dport 16,17,18\n"}},
		"two protocols": {code: "protocol-unknown",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -p TCP/udp -dport 53\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p tcp -dport 53\nIN DROP -p udp -dport 53\n"}},
		"range in a list": {code: "range-in-list", safe: true,
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -source 10.0.0.1-10.0.0.2,10.0.0.9\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -source 10.0.0.1,10.0.0.2,10.0.0.9\n"}},
		"wide range in a list": {code: "range-in-list", files: map[string]string{"100.fw": "[RULES]\nIN DROP -source ::1-ffff::fffe,::9\n"}},
		"alias of the datacenter": {code: "scope-unresolvable",
			files: map[string]string{"cluster.fw": "[ALIASES]\nlan 10.0.0.1\n", "100.fw": "[RULES]\nIN DROP -source guest/lan\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -source dc/lan\n"}},
		"set of the guest": {code: "scope-unresolvable",
			files: map[string]string{"cluster.fw": "", "100.fw": "[IPSET web]\n[RULES]\nIN DROP -source +dc/web\n"}, want: map[string]string{"100.fw": "[IPSET web]\n[RULES]\nIN DROP -source +guest/web\n"}},
		"alias below": {code: "use-before-definition",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -source lan\n[ALIASES]\nlan 10.0.0.1"}, want: map[string]string{"100.fw": "[ALIASES]\n\nlan 10.0.0.1\n\n[RULES]\nIN DROP -source lan\n[ALIASES]\n"}},
		"set below": {code: "use-before-definition",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -source +lan\n\n[IPSET lan]\n10.0.0.1\n\n# b\n[OPTIONS]\n"}, want: map[string]string{"100.fw": "[IPSET lan]\n10.0.0.1\n\n[RULES]\nIN DROP -source +lan\n\n\n# b\n[OPTIONS]\n"}},
		"entries of one line": {code: "ipset-entry-invalid", safe: true,
			files: map[string]string{"100.fw": "[IPSET lan]\n!10.0.0.1,10.0.0.2 # x\n"}, want: map[string]string{"100.fw": "[IPSET lan]\n!10.0.0.1\n!10.0.0.2 # x\n"}},
		"entries with a blank": {code: "ipset-entry-invalid", safe: true,
			files: map[string]string{"100.fw": "[IPSET lan]\n10.0.0.1 10.0.0.2\n"}, want: map[string]string{"100.fw": "[IPSET lan]\n10.0.0.1\n10.0.0.2\n"}},
		"log level of others": {code: "option-value",
			files: map[string]string{"100.fw": "[OPTIONS]\nlog_level_in: warn\n"}, want: map[string]string{"100.fw": "[OPTIONS]\nlog_level_in: warning\n"}},
		"policy of others": {code: "option-value",
			files: map[string]string{"100.fw": "[OPTIONS]\npolicy_in: deny\n"}, want: map[string]string{"100.fw": "[OPTIONS]\npolicy_in: DROP\n"}},
		"octal": {code: "address-octal",
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -source 010.0.0.1,10.0.0.0/024\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -source 10.0.0.1,10.0.0.0/24\n"}},
		"number of an ICMP type": {code: "icmp-type-invalid", safe: true,
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -p icmp -icmp-type 8\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -p icmp -icmp-type echo-request\n"}},
		"nothing between two commas": {code: "address-invalid", safe: true,
			files: map[string]string{"100.fw": "[RULES]\nIN DROP -source 10.0.0.1,,10.0.0.2\n"}, want: map[string]string{"100.fw": "[RULES]\nIN DROP -source 10.0.0.1,10.0.0.2\n"}},
		"host bits": {code: "address-host-bits", safe: true,
			files: map[string]string{"100.fw": "[IPSET ab]\n10.0.0.5/24\n"}, want: map[string]string{"100.fw": "[IPSET ab]\n10.0.0.0/24\n"}},
		"host bits of a network that is there": {code: "address-host-bits",
			files: map[string]string{"100.fw": "[IPSET ab]\n10.0.0.0/24\n10.0.0.5/24\n"}, want: map[string]string{"100.fw": "[IPSET ab]\n10.0.0.0/24\n"}},
		"comment behind an option": {code: "option-trailing-comment", safe: true,
			files: map[string]string{"100.fw": "[OPTIONS]\ndhcp: 0 # none\n"}, want: map[string]string{"100.fw": "[OPTIONS]\n# none\ndhcp: 0\n"}},
		"a group is no set": {code: "ipset-unknown",
			files: map[string]string{"cluster.fw": "[group webs]\nIN ACCEPT\n[RULES]\nIN ACCEPT -source +webs\n"}},
	} {
		got, safety := mended(t, c.code, c.files)
		if len(got) != len(c.want) {
			t.Errorf("%s: %d files change, want %d: %q", name, len(got), len(c.want), got)
		}
		for file, want := range c.want {
			if got[file] != want {
				t.Errorf("%s: %s\n got %q\nwant %q", name, file, got[file], want)
			}
		}
		if c.want != nil && (safety == diag.Safe) != c.safe {
			t.Errorf("%s is %s", name, safety)
		}
	}
}

func TestHostBitsOfferTheAddressToo(t *testing.T) {
	_, list := Resolve(guestInput(map[string]string{"100.fw": "[IPSET ab]\n10.0.0.5/24\n"}))
	i := slices.IndexFunc(list, func(d diag.Diagnostic) bool { return d.Rule.Code == "address-host-bits" })
	if i < 0 || len(list[i].Fixes) != 2 || list[i].Fixes[1].Title != "write 10.0.0.5" || list[i].Fixes[1].Safety != diag.Unsafe {
		t.Errorf("%+v", list)
	}
}

// Invariant: exchanging files touches the copy only.
func TestExchange(t *testing.T) {
	in := guestInput(map[string]string{"cluster.fw": "a", "host.fw": "b", "100.fw": "c"})
	old := in.Files()
	by := map[*source.File]*source.File{}
	for _, f := range old {
		by[f] = source.NewFile(f.Name(), []byte("x"))
	}
	out := in.Exchange(by).Files()
	if len(old) != 3 || len(out) != 3 || !slices.Equal(in.Files(), old) {
		t.Fatalf("%v became %v", old, out)
	}
	for i, f := range out {
		if f != by[old[i]] {
			t.Errorf("%s is not exchanged", f.Name())
		}
	}
}
