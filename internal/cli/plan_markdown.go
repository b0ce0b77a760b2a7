package cli

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/analysis"
)

// planMarkdown writes a plan as a comment for a pull request.
func planMarkdown(p *plan.Plan) []byte {
	w := &markdownWriter{}
	badge, headline := "⚪", "No changes"
	if !p.Summary.Empty() {
		badge, headline = "🟡", upperFirst(planSentence(&p.Summary))
		if p.Traffic != nil {
			badge = badges[valueOf(analysis.Equal, analysis.Incomparable, p.Traffic.Class)]
		}
	}
	fmt.Fprintf(&w.out, "### %s Plan for %s: %s\n\n", badge, escapeMarkdown(diag.Visible(p.Node)), headline)
	fmt.Fprintf(&w.out, "%s, %s semantics, against %s.\n", upperFirst(backendName(p.Backend)), p.Semantics, escapeMarkdown(diag.Visible(p.Live.Name)))
	for i, f := range p.Blocking {
		if i == mostRows {
			fmt.Fprintf(&w.out, "\n> … and %s.\n", count(len(p.Blocking)-i, "more line"))
			break
		}
		fmt.Fprintf(&w.out, "\n> ⚠️ %s: %s\n", escapeMarkdown(diag.Visible(f.Place)), escapeMarkdown(diag.Visible(f.Message)))
	}
	w.planTraffic(p.Traffic)
	w.planChanges(p)
	return w.out.Bytes()
}

func (w *markdownWriter) planTraffic(t *plan.Traffic) {
	if t == nil {
		return
	}
	fmt.Fprintf(&w.out, "\nPackets: %s.\n", trafficSentence(t))
	list := shownTraffic(t)
	for i, e := range list {
		if i == mostSections || w.out.Len() > mostComment {
			fmt.Fprintf(&w.out, "\n… and %s with changes.\n", count(len(list)-i+t.More, "more list"))
			return
		}
		w.endpoint(e, 1)
	}
	if len(t.Beyond) > 0 {
		fmt.Fprintf(&w.out, "\n%s\n", escapeMarkdown(diag.Visible(beyondSentence(t))))
	}
}

// planChanges puts the changes into one block that is folded away.
func (w *markdownWriter) planChanges(p *plan.Plan) {
	if len(p.Changes) == 0 {
		return
	}
	var b strings.Builder
	for i := range p.Changes {
		c := &p.Changes[i]
		if b.Len() > mostPatch {
			fmt.Fprintf(&b, "# … and %s\n", count(len(p.Changes)-i, "more change"))
			break
		}
		fmt.Fprintf(&b, "# %s %s %s %s\n", c.Action, c.Object, diag.Visible(strings.TrimSpace(c.Table+" "+c.Name)), diag.Visible(c.Place))
		for _, l := range c.Lines {
			fmt.Fprintf(&b, "%s %s\n", l.Op, strings.TrimRight(cutText(l.Text)+"  "+diag.Visible(l.Place), " "))
		}
	}
	fmt.Fprintf(&w.out, "\n<details><summary>%s</summary>\n", planSentence(&p.Summary))
	w.block("diff", strings.TrimSuffix(b.String(), "\n"))
	w.out.WriteString("\n</details>\n")
}
