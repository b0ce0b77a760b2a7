package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/lower"
)

// planTexts plans for a node that pve-firewall runs.
func (r *planRun) planTexts(o *opened, sem lower.Semantics) (*planned, error) {
	policy := o.policies[0]
	if policy.Fatal != nil {
		return nil, unfit(o, nil)
	}
	made, more := iptables.Trace(policy)
	o.found = append(o.found, more...)
	wanted, from := plan.Texts{}, plan.Origins{}
	for _, t := range made {
		tool := toolOf[t.Name]
		wanted[tool], from[tool] = t.Text, t.Origins
	}
	name, live, err := r.texts(r.Streams)
	if err != nil {
		return nil, err
	}
	request := r.request(o, sem)
	p := &planned{Plan: plan.MakeTexts(request, name, live, wanted, from, policy)}
	if !r.bare && !p.Summary.Empty() {
		p.Tell(r.textTraffic(live, policy, o.Name))
	}
	if r.whole {
		request.Whole, request.Traffic = true, p.Traffic
		p.whole = plan.MakeTexts(request, name, live, wanted, from, policy)
	}
	return p, nil
}

var toolOf = map[string]plan.Tool{
	iptables.IPSetFile: plan.IPSet, iptables.IPTablesFile: plan.IPTables, iptables.IP6TablesFile: plan.IP6Tables, iptables.EBTablesFile: plan.EBTables,
}

// texts reads what the tools save: from files, or by running them. Their kernel
// interfaces are older than netlink and differ from tool to tool; these programs are
// what the daemon itself asks.
func (f *liveFlags) texts(s *Streams) (name string, texts plan.Texts, err error) {
	defer s.progress("reading what is in force")()
	if len(f.live) == 0 {
		texts, err = savedTexts()
		return "the kernel", texts, err
	}
	texts = plan.Texts{}
	for _, name := range f.live {
		if err := addLive(s, texts, name); err != nil {
			return "", nil, err
		}
	}
	return strings.Join(f.live, ", "), texts, nil
}

// addLive reads a file of --live, or the files of a directory by the names that compile
// --out gives them.
func addLive(s *Streams, texts plan.Texts, name string) error {
	if info, err := os.Stat(name); name == "-" || err != nil || !info.IsDir() {
		text, err := readLive(s, name)
		if err != nil {
			return err
		}
		return addText(texts, name, string(text))
	}
	found := false
	for _, tool := range plan.Tools {
		file := filepath.Join(name, string(tool)+".rules")
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			continue
		}
		text, err := readLive(s, file)
		if err != nil {
			return err
		}
		texts[tool], found = string(text), true
	}
	if !found {
		return failf("there is no iptables.rules, ip6tables.rules, ipset.rules or ebtables.rules in %s", diag.Visible(name))
	}
	return nil
}
