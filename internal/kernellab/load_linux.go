//go:build linux && amd64

package kernellab

import "fmt"

// load gives the texts to their tools, in the daemon's order and each whatever
// became of the others, and returns the complaints. As the daemon does, a text is
// loaded beside what is there.
func (r Rules) load() map[string]string {
	refused := map[string]string{}
	for _, l := range []struct {
		name, text string
		command    []string
	}{
		{"ipset", r.IPSet, []string{"ipset", "restore"}},
		{"iptables", r.IPTables, []string{"iptables-legacy-restore", "-n"}},
		{"ip6tables", r.IP6Tables, []string{"ip6tables-legacy-restore", "-n"}},
		{"ebtables", r.EBTables, []string{"ebtables-legacy-restore"}},
		{"nft", r.NFT, []string{"nft", "-f", "-"}},
	} {
		if l.name == "nft" && len(r.Batch) > 0 {
			if err := sendBatches(r.Batch); err != nil {
				refused[l.name] = err.Error()
			}
			continue
		}
		if l.text == "" {
			continue
		}
		if err := run(l.text, l.command[0], l.command[1:]...); err != nil {
			refused[l.name] = err.Error()
		}
	}
	return refused
}

// answer judges a case: every packet without rules first, then the rules, then
// the packets again.
func answer(c Case) response {
	l, err := buildNode(c.Node)
	if err != nil {
		_ = l.close()
		return response{Problem: fmt.Sprintf("the node could not be built: %v", err)}
	}
	report, err := try(l, c)
	if closing := l.close(); err == nil {
		err = closing
	}
	if err != nil {
		return response{Problem: err.Error()}
	}
	return response{Report: report}
}

func try(l *liveNode, c Case) (Report, error) {
	if c.Patience == 0 {
		c.Patience = DefaultPatience
	}
	w, err := newWatch(l)
	defer w.close()
	if err != nil {
		return Report{}, err
	}
	without, err := w.pass(c.Packets, c.Patience)
	if err != nil {
		return Report{}, err
	}
	r := Report{Refused: c.Rules.load()}
	if c.Look {
		if err := r.look(); err != nil {
			return r, err
		}
	}
	if len(r.Refused) > 0 {
		r.Outcomes = make([]Outcome, len(c.Packets))
		for i := range r.Outcomes {
			r.Outcomes[i].Problem = "the rules were not loaded"
		}
		return r, nil
	}
	if r.Outcomes, err = w.pass(c.Packets, c.Patience); err != nil {
		return Report{}, err
	}
	for i, o := range without {
		switch {
		case o.Problem != "":
			r.Outcomes[i] = o
		case o.Verdict != Delivered && r.Outcomes[i].Verdict != Delivered:
			r.Outcomes[i].Verdict = Unreachable
		}
	}
	return r, nil
}
