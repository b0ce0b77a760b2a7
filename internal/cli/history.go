package cli

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/internal/supervise"
)

// This file shows the changes that rollback can go back behind.

// history lists the changes, the latest first.
func (r *rollbackRun) history() error {
	store, err := r.store()
	if err != nil {
		return err
	}
	list, err := store.History()
	if err != nil {
		return nodeError(err)
	}
	if p, err := store.Pending(); err == nil && p != nil && p.Result == nil {
		list = append([]*supervise.Pending{p}, list...)
	}
	if r.format == "json" {
		return r.writeHistory(list)
	}
	if len(list) == 0 {
		fmt.Fprintln(r.Stdout, "No change has been made yet.")
		return nil
	}
	for _, p := range list {
		fmt.Fprintf(r.Stdout, "%4d  %s  %-8s  %-9s  %s%s\n", p.ID, shownTime(p.Began.Wall), p.Kind, outcomeOf(p), diag.Visible(p.Summary), fromText(p))
	}
	return nil
}

func (r *rollbackRun) writeHistory(list []*supervise.Pending) error {
	shown := struct {
		Version int           `json:"version"`
		Changes []*changeTold `json:"changes"`
	}{Version: 1, Changes: []*changeTold{}}
	for _, p := range list {
		shown.Changes = append(shown.Changes, toldChange(p))
	}
	return writeJSON(r.Stdout, shown)
}

// notes prints the journal.
func (r *rollbackRun) notes() error {
	store, err := r.store()
	if err != nil {
		return err
	}
	list, err := store.Journal()
	if err != nil {
		return nodeError(err)
	}
	if len(list) == 0 {
		fmt.Fprintln(r.Stdout, "No change has been made yet.")
	}
	for _, n := range list {
		fmt.Fprintf(r.Stdout, "%s  %4d  %s\n", shownTime(n.At), n.ID, diag.Visible(n.Text))
	}
	return nil
}

func outcomeOf(p *supervise.Pending) string {
	if p.Result == nil {
		return "waiting"
	}
	return string(p.Result.Outcome)
}

func fromText(p *supervise.Pending) string {
	text := ""
	if p.From != "" {
		text = " (from " + diag.Visible(p.From) + ")"
	}
	if p.Result != nil && p.Result.Reason != "" {
		text += ": " + diag.Visible(p.Result.Reason)
	}
	return text
}

// showChange shows the plan that was carried out, and where its files lie.
func (r *rollbackRun) showChange() error {
	store, err := r.store()
	if err != nil {
		return err
	}
	p, err := store.Decided(r.show)
	if err != nil {
		return nodeError(err)
	}
	if p == nil {
		return failf("there is no change %d; pvefw rollback --list shows those that there are", r.show)
	}
	fmt.Fprintf(r.Stdout, "Change %d of %s: %s, %s%s\n\n", p.ID, shownTime(p.Began.Wall), p.Kind, outcomeOf(p), fromText(p))
	if text, err := store.Kept(p.ID, "plan.json"); err == nil {
		kept, err := plan.Read(text)
		if err != nil {
			return failf("the plan of change %d cannot be shown: %s", p.ID, diag.Visible(err.Error()))
		}
		w := &planText{Streams: r.Streams, plan: kept}
		if _, err := r.Stdout.Write(w.write()); err != nil {
			return failf("cannot write the plan: %s", reason(err))
		}
	} else {
		fmt.Fprintf(r.Stdout, "%s.\n", diag.Visible(p.Summary))
	}
	if _, err := store.Kept(p.ID, "config.snapshot"); err == nil {
		fmt.Fprintf(r.Stdout, "\nIts files, for pvefw diff and the like: %s\n", diag.Visible(store.Place(p.ID, "config.snapshot")))
	}
	return nil
}
