package rego

import (
	"errors"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// replacement is one edit of a fix that a policy offers: of a rule's field
// ("param") or of a place of the document ("at").
type replacement struct {
	param string // action, or the name of a parameter as the daemon has it
	at    string
	text  string // empty: the parameter goes, with its flag
}

// replacementsOf reads the value of "replace": a list of objects.
func replacementsOf(value any) ([]replacement, error) {
	if value == nil {
		return nil, nil
	}
	items, ok := value.([]any)
	if !ok {
		return nil, errors.New("replace is no list")
	}
	var out []replacement
	for _, item := range items {
		o, _ := item.(map[string]any)
		r := replacement{}
		r.param, _ = o["param"].(string)
		r.at, _ = o["at"].(string)
		r.text, ok = o["text"].(string)
		if !ok || (r.param == "") == (r.at == "") || strings.ContainsAny(r.text, "\n\r") {
			return nil, errors.New(`an element of replace is not {"param" or "at": ..., "text": one line}`)
		}
		out = append(out, r)
	}
	return out, nil
}

// rewriting makes the fix of a violation about a rule. A policy that is not sure
// of itself ("safe") leaves the change to people; one that names a parameter which
// the rule does not have offers none.
func (v *violation) rewriting(r *config.Rule) []diag.Fix {
	var edits []source.Edit
	var words, gone []string
	for _, x := range v.replace {
		e, ok := editOf(r, x)
		if !ok {
			return nil
		}
		edits = append(edits, e)
		if x.text != "" {
			words = append(words, x.text)
		} else {
			gone = append(gone, "-"+x.param)
		}
	}
	if len(edits) == 0 {
		return nil
	}
	title := "write " + strings.Join(words, " and ")
	if len(words) == 0 {
		title = "delete " + strings.Join(gone, " and ")
	}
	fix := diag.Fix{Title: title, Safety: diag.Unsafe, Edits: edits}
	if v.safe {
		fix.Safety = diag.Safe
	}
	return []diag.Fix{fix}
}

// editOf refuses parameters that stand more than once: the last counts, and the
// others would come to life without it.
func editOf(r *config.Rule, x replacement) (source.Edit, bool) {
	if x.param == "action" {
		return source.Edit{Span: r.File.Span(r.Line.Action()), Text: x.text}, x.text != ""
	}
	var at grammar.Word
	found, before := 0, r.Line.Action().End
	for _, p := range r.Line.Params() {
		if p.Kind.String() == x.param {
			found++
			at = p.Value
			if x.text == "" {
				at.Start = before
			}
		}
		before = p.Value.End
	}
	return source.Edit{Span: r.File.Span(at), Text: x.text}, found == 1
}
