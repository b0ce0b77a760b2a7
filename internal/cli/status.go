package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const statusLong = `Tell whether this node is filtered by pvefw and whether it will be after a boot,
whether the rules in force are what the files ask for, and what waits for a
confirmation. It changes nothing, and takes root to see the rules.

The exit code is 1 where something is not as it seems: rules and files that
differ, a service that is stopped but comes up with the next boot, a change that
waits.`

// statusRun is one call of status.
type statusRun struct {
	guarded
	format string
}

func statusCommand(s *Streams) *cobra.Command {
	r := &statusRun{}
	r.Streams, r.backend = s, "nft"
	r.cmd = &cobra.Command{
		Use:     "status [CONFIG]",
		Short:   "Tell what filters this node, now and after a boot",
		Long:    statusLong,
		Example: "  pvefw status\n  pvefw status --format json",
		Args:    atMost(1, "CONFIG"),
		RunE:    func(_ *cobra.Command, args []string) error { r.path = first(args); return r.run() },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text or json")
	r.configFlags.add(r.cmd)
	r.nodeFlags.add(r.cmd)
	return r.cmd
}

// statusTold is what status tells. The form is that of the JSON output.
type statusTold struct {
	Version  int         `json:"version"`
	Service  serviceTold `json:"service"`
	Rules    string      `json:"rules"`    // in force, none, or unknown
	Firewall string      `json:"firewall"` // what the files say: on, off, or unknown
	Agree    string      `json:"agree"`    // rules and files: yes, no, or unknown
	Differ   string      `json:"differ,omitempty"`
	Pending  *changeTold `json:"pending"`
	Held     bool        `json:"held"` // the service leaves the files alone, because their rules were taken back
	Last     *changeTold `json:"last"`
	Daemons  []string    `json:"daemons"` // of Proxmox's, that run
	Forced   bool        `json:"force_disable"`
	Unknown  []string    `json:"unknown"` // why something is
	Warnings []string    `json:"warnings"`
}

type serviceTold struct {
	Process     *int `json:"process"` // zero: it does not run; null: nobody knows
	Enabled     bool `json:"enabled"` // it comes up with the next boot
	BootEnabled bool `json:"boot_enabled"`
}

func (s *serviceTold) running() bool { return s.Process != nil && *s.Process != 0 }

type changeTold struct {
	ID        int       `json:"id"`
	Kind      string    `json:"kind"`
	Summary   string    `json:"summary"`
	At        time.Time `json:"at"`
	From      string    `json:"from,omitempty"`
	Remaining int       `json:"remaining_seconds,omitempty"`
	Outcome   string    `json:"outcome,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Trouble   string    `json:"trouble,omitempty"`
}

func toldChange(p *supervise.Pending) *changeTold {
	c := &changeTold{ID: p.ID, Kind: string(p.Kind), Summary: p.Summary, At: p.Began.Wall, From: p.From}
	if p.Result != nil {
		c.Outcome, c.Reason = string(p.Result.Outcome), p.Result.Reason
	}
	return c
}

func (r *statusRun) run() error {
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json"}, nil); err != nil {
		return err
	}
	shown := &statusTold{Version: 1, Rules: "unknown", Firewall: "unknown", Agree: "unknown", Daemons: []string{}, Unknown: []string{}, Warnings: []string{}}
	m := r.machine()
	shown.Daemons = append(shown.Daemons, m.Daemons()...)
	shown.Forced = m.Forced()
	shown.Service.Enabled, shown.Service.BootEnabled = m.Enabled(), m.BootEnabled()
	if err := r.changes(shown); err != nil {
		return err
	}
	if err := r.compare(shown); err != nil {
		return err
	}
	shown.warn()
	if err := r.show(shown); err != nil {
		return err
	}
	if len(shown.Warnings) > 0 {
		return findings()
	}
	return nil
}

// changes looks at what is written down. Without the right to, that is unknown.
func (r *statusRun) changes(shown *statusTold) error {
	if err := rootOnly("see what was changed"); err != nil {
		shown.Unknown = append(shown.Unknown, "only root sees what was changed and which rules are in force")
		return nil
	}
	store, err := r.store()
	if err != nil {
		return err
	}
	process := store.Service()
	shown.Service.Process = &process
	shown.Held = store.Held() != ""
	p, err := store.Pending()
	if err != nil {
		return nodeError(err)
	}
	if p != nil && p.Result == nil {
		shown.Pending = toldChange(p)
		shown.Pending.Remaining = int(store.Remaining(p).Seconds())
		shown.Pending.Trouble = store.Trouble()
	}
	history, err := store.History()
	if err != nil {
		return nodeError(err)
	}
	if len(history) > 0 {
		shown.Last = toldChange(history[0])
	}
	return nil
}

// compare holds the rules in force against the files. That there are none is no error,
// unless somebody said where they are.
func (r *statusRun) compare(shown *statusTold) error {
	in := r.rules(shown)
	quiet := *r.Streams
	quiet.Stderr = new(strings.Builder)
	o, err := openOnce(&quiet, r.path, &r.configFlags, lower.Intended)
	if err != nil && r.path != "" {
		return err
	}
	if err != nil {
		shown.unknown("the files cannot be read", err)
		return nil
	}
	shown.Firewall = map[bool]string{true: "off", false: "on"}[o.policies[0].Off]
	if in == nil {
		return nil
	}
	wanted, _ := nft.Build(o.policies[0], nft.Options{})
	if wanted == nil {
		shown.unknown("no rules can be made of the files", unfit(o, nil))
		return nil
	}
	delta := nft.Diff(in, wanted)
	shown.Agree = map[bool]string{true: "yes", false: "no"}[delta.Empty()]
	if !delta.Empty() {
		gone, come := removed(delta), removed(nft.Diff(wanted, in))
		shown.Differ = fmt.Sprintf("%d rules and elements too many, %d missing", gone, come)
	}
	return nil
}

// rules reads what is in force; nil where that is not possible.
func (r *statusRun) rules(shown *statusTold) *nft.Program {
	if len(shown.Unknown) > 0 {
		return nil
	}
	c, err := netlink.Open()
	if err == nil {
		defer c.Close()
		var image *netlink.Image
		if image, err = c.Read(); err == nil {
			shown.Rules = map[bool]string{true: "none", false: "in force"}[len(image.Program.Tables) == 0]
			return image.Program
		}
	}
	shown.unknown("the rules in force cannot be read", unreachable(err))
	return nil
}

func (s *statusTold) unknown(what string, err error) {
	var e *exitError
	text := what
	if errors.As(err, &e) && e.text != "" {
		text += ": " + e.text
	}
	s.Unknown = append(s.Unknown, text)
}

func (r *statusRun) show(s *statusTold) error {
	if r.format == "json" {
		return writeJSON(r.Stdout, s)
	}
	writeColumns(r.Stdout, s.rows())
	for _, text := range s.Unknown {
		fmt.Fprintf(r.Stdout, "\n%s %s.\n", r.painted(faint, "Not known:"), diag.Visible(text))
	}
	for _, text := range s.Warnings {
		fmt.Fprintf(r.Stdout, "\n%s %s\n", r.painted(yellow, "Mind:"), diag.Visible(text))
	}
	return nil
}
