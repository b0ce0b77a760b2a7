package cli

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/plan"
	"github.com/spf13/cobra"
)

const driftLong = `Tell in what the rules in force on a node differ from its files, and what it
looks like: a rule that somebody added, one that is missing, an element too
many, a chain whose rules are not those that it was loaded with, another daemon
that filters too. All rules in force are read. Exit code 1 says that something
differs.

With --watch the node is looked at again and again, until it is interrupted, and
everything is told anew when it has changed; --format json then gives one line
each time. What --live means is told by pvefw plan --help.`

// driftRun is one call of drift.
type driftRun struct {
	planRun
	watch    bool
	interval time.Duration
}

func driftCommand(s *Streams) *cobra.Command {
	r := &driftRun{planRun: planRun{Streams: s, whole: true, bare: true}}
	r.cmd = &cobra.Command{
		Use:   "drift [CONFIG]",
		Short: "Tell in what a node differs from its files, and what it looks like",
		Long:  driftLong,
		Example: `  pvefw drift
  pvefw drift --watch --interval 5m
  pvefw drift --live pve1.json --node pve1 configs/cluster-a --format json
  pvefw drift --backend iptables`,
		Args: atMost(1, "CONFIG"),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(first(args)) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.configFlags.add(r.cmd)
	r.liveFlags.add(r.cmd)
	f.StringVar(&r.semantics, "semantics", "", "`NAME`, as for plan")
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text or json")
	r.addNoCache(r.cmd)
	f.BoolVar(&r.watch, "watch", false, "go on looking, and tell when something has changed")
	f.DurationVar(&r.interval, "interval", time.Minute, "with --watch, `TIME` between two looks, such as 30s")
	return r.cmd
}

func (r *driftRun) run(path string) error {
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json"}, nil); err != nil {
		return err
	}
	switch {
	case r.watch && len(r.live) > 0:
		return usagef(r.cmd, "--watch looks at this node, and --live at a file")
	case !r.watch && r.cmd.Flags().Changed("interval"):
		return usagef(r.cmd, "--interval goes with --watch")
	case r.interval < time.Second:
		return usagef(r.cmd, "--interval takes a second or more")
	}
	if err := r.liveFlags.check(r.cmd); err != nil {
		return err
	}
	if r.watch {
		return r.watching(path)
	}
	report, err := r.look(path)
	if err != nil {
		return err
	}
	if err := r.write(report); err != nil {
		return err
	}
	return outcome(report)
}

func outcome(r *plan.Report) error {
	if r.Empty() {
		return nil
	}
	return findings()
}

// look compares once.
func (r *driftRun) look(path string) (*plan.Report, error) {
	sem, err := chosenSemantics(r.cmd, r.semantics, r.backend)
	if err != nil {
		return nil, err
	}
	p, err := r.plan(path, sem, true)
	if err != nil {
		return nil, err
	}
	return plan.Find(p.whole, p.live), nil
}

// watching compares until it is interrupted. What cannot be read once is told and tried
// again: a node may be in the middle of something.
func (r *driftRun) watching(path string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	last, err := r.look(path)
	if err != nil {
		return err
	}
	for {
		if err := r.write(last); err != nil {
			return err
		}
		for same := true; same; {
			select {
			case <-ctx.Done():
				return outcome(last)
			case <-time.After(r.interval):
			}
			now, err := r.look(path)
			if err != nil {
				report(r.Stderr, err)
				continue
			}
			same = sameReport(last, now)
			last = now
		}
	}
}

func sameReport(a, b *plan.Report) bool {
	x, _ := json.Marshal(a.Drifts)
	y, _ := json.Marshal(b.Drifts)
	return string(x) == string(y) && a.More == b.More
}

func (r *driftRun) write(report *plan.Report) error {
	var text []byte
	if r.format == "json" {
		text = r.json(report)
	} else {
		text = r.text(report)
	}
	if _, err := r.Stdout.Write(text); err != nil {
		return failf("cannot write the report: %s", reason(err))
	}
	return nil
}
