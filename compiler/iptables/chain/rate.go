package chain

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// This file reads the modules limit and hashlimit. A rule with one of them acts on
// some packets and not on others like them, so it decides nothing about a kind of
// packet: what it does is an effect, named with the rate.

// readRate remembers an option of a rate; without a name it is not remembered,
// because the kernel changes it as it likes.
func readRate(name string) func(*ruleReader, bool) bool {
	return func(p *ruleReader, not bool) bool {
		value := p.value()
		if name != "" {
			p.rates[name] = value
		}
		return !not
	}
}

// finishRate gives the rule's rates one normal form.
func (p *ruleReader) finishRate() {
	var forms []string
	for _, mode := range p.modes {
		form, ok := limitForm(p.rates["limit"], p.rates["limit-burst"])
		if mode == "hashlimit" {
			form, ok = p.hashForm()
		}
		if !ok {
			p.wonder(mode)
		}
		forms = append(forms, form)
	}
	p.rule.rate = strings.Join(forms, " and ")
}

// limitForm is a limit with what iptables takes for what is not written.
func limitForm(rate, burst string) (string, bool) {
	interval, ok1 := interval(orElse(rate, "3/hour"))
	n, ok2 := number(orElse(burst, "5"), 10000)
	return fmt.Sprintf("up to one per %d/10 ms, burst %d", interval, n), ok1 && ok2
}

func (p *ruleReader) hashForm() (string, bool) {
	r := p.rates
	word, rate := "above", r["above"]
	if rate == "" {
		word, rate = "up to", r["upto"]
	}
	interval, ok := interval(rate)
	mask := orElse(r["srcmask"], map[ir.Family]string{ir.V4: "32", ir.V6: "128"}[p.family])
	return hashForm(word, interval, orElse(r["burst"], "5"), r["mode"], r["name"], mask, orElse(r["expire"], "10000")), ok
}

func hashForm(word string, interval uint64, burst, mode, name, mask, expire string) string {
	return fmt.Sprintf("%s one per %d/10 ms of each %s/%s, burst %s, in table %s for %s ms", word, interval, mode, mask, burst, name, expire)
}

// interval is the time between two packets at a rate, in tenths of a millisecond,
// which is how the kernel keeps it.
func interval(rate string) (uint64, bool) {
	count, unit, ok := strings.Cut(rate, "/")
	units := []struct {
		name   string
		length uint64
	}{{"second", 10_000}, {"minute", 600_000}, {"hour", 36_000_000}, {"day", 864_000_000}}
	n, isNumber := number(count, 1<<32)
	if !isNumber || n == 0 {
		return 0, false
	}
	if !ok {
		return units[0].length / n, true
	}
	for _, u := range units {
		if unit != "" && strings.HasPrefix(u.name, strings.ToLower(unit)) {
			return u.length / n, true
		}
	}
	return 0, false
}
