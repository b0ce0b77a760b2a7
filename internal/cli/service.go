package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const startLong = `Keep the rules of this node in the state that the files ask for. Every few
seconds the files are looked at, by what they say, because a cluster's file
system does not tell of changes made on other nodes. What differs is changed in
one transaction; on any error the rules stay as they are, and the error is said
once.

Where systemd knows pvefw.service, that is started; else a process of its own,
or with --foreground this one. The same files that pvefw apply refuses are
refused. A change that waits for a confirmation is left alone, and so are files
whose rules were rolled back, until they change.`

// serviceRun is one life of the service.
type serviceRun struct {
	updateRun
	interval   time.Duration
	foreground bool
	said       string // the last thing that was said, so that it is said once
}

func startCommand(s *Streams) *cobra.Command { return newService(s).cmd }

func newService(s *Streams) *serviceRun {
	r := &serviceRun{}
	r.Streams, r.backend = s, "nft"
	r.cmd = &cobra.Command{
		Use:     "start [CONFIG]",
		Short:   "Keep the rules of this node in the state of the files",
		Long:    startLong,
		Example: "  pvefw start\n  pvefw start --foreground --interval 5s /etc/pve",
		Args:    atMost(1, "CONFIG"),
		RunE:    func(_ *cobra.Command, args []string) error { return r.start(first(args)) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	f.DurationVar(&r.interval, "interval", 10*time.Second, "how often to look, `DURATION`")
	f.BoolVar(&r.foreground, "foreground", false, "be the service, do not start it")
	r.guarded.add()
	return r
}

// check refuses what cannot be started.
func (r *serviceRun) check(what string) error {
	if r.interval < time.Second || r.interval > time.Hour {
		return usagef(r.cmd, "--interval takes a time from 1s to 1h")
	}
	return rootOnly(what)
}

func (r *serviceRun) start(path string) error {
	if err := r.check("start the service"); err != nil {
		return err
	}
	if !r.foreground && !r.managed(path) {
		if err := r.readable(path); err != nil {
			return err
		}
	}
	return r.begin(path)
}

// managed reports whether systemd is asked to start the service.
func (r *serviceRun) managed(path string) bool { return r.machine().Managed() && path == "" }

// begin starts what was checked.
func (r *serviceRun) begin(path string) error {
	r.path = path
	switch {
	case r.foreground:
		return r.serve()
	case r.managed(path):
		return systemctl("start")
	}
	args := append(r.self("start"), "--foreground")
	r.cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "state-dir" && f.Name != "root" {
			args = append(args, "--"+f.Name+"="+f.Value.String())
		}
	})
	if path != "" {
		args = append(args, "--", absolute(path))
	}
	return r.background(args)
}

// readable tells about files that cannot be read, before a process in the background is
// left alone with them: what that says is read by nobody.
func (r *serviceRun) readable(path string) error {
	_, err := openOneNode(r.Streams, path, &r.configFlags)
	return err
}

// background starts the service as a process of its own and waits until it is there.
func (r *serviceRun) background(args []string) error {
	store, err := r.store()
	if err != nil {
		return err
	}
	if pid := store.Service(); pid != 0 {
		return failf("the service is running already (process %d)", pid)
	}
	if err := supervise.Detach(args...); err != nil {
		return failf("the service cannot be started: %s", reason(err))
	}
	const patience = 5 * time.Second
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if pid := store.Service(); pid != 0 {
			fmt.Fprintf(r.Stdout, "The service is running (process %d).\n", pid)
			return nil
		}
	}
	return failf("the service did not start; pvefw start --foreground says why")
}

// serve is the service's life.
func (r *serviceRun) serve() error {
	store, err := r.store()
	if err != nil {
		return err
	}
	lock, err := store.Serve()
	if err != nil {
		return nodeError(err)
	}
	defer lock.Release()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	hurry := make(chan os.Signal, 1)
	signal.Notify(hurry, syscall.SIGHUP)
	manager := os.Getenv("NOTIFY_SOCKET")
	alive := func() { supervise.Notify(manager, "WATCHDOG=1") }
	for ready := "READY=1"; ; ready = "WATCHDOG=1" {
		done, err := r.once()
		supervise.Notify(manager, ready, "STATUS="+r.report(done, err))
		if !r.rest(ctx, hurry, supervise.Heartbeat(os.Getenv("WATCHDOG_USEC")), alive) {
			supervise.Notify(manager, "STOPPING=1")
			return nil
		}
	}
}

// rest waits for the next pass and reports whether there is one. An interval may be
// longer than a service manager's patience, so meanwhile it hears that the service lives.
func (r *serviceRun) rest(ctx context.Context, hurry <-chan os.Signal, every time.Duration, alive func()) bool {
	next := time.After(r.interval)
	var beat <-chan time.Time
	if every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		beat = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-hurry:
			return true
		case <-next:
			return true
		case <-beat:
			alive()
		}
	}
}

// report says what a pass has come to, unless that was said already.
func (r *serviceRun) report(done string, err error) string {
	var e *exitError
	if errors.As(err, &e) {
		done = "the rules stay as they are: " + e.text
	} else if err != nil {
		done = "the rules stay as they are: " + diag.Visible(err.Error())
	}
	if done != "" && done != r.said {
		r.said = done
		fmt.Fprintf(r.Stderr, "pvefw: %s\n", done)
		if e != nil && len(e.found) > 0 {
			_ = diag.WriteText(r.Stderr, e.found, diag.TextOptions{})
		}
	}
	return r.said
}

// systemctl hands a verb over to the service manager.
func systemctl(verb string) error {
	out, err := exec.Command("systemctl", verb, supervise.Unit).CombinedOutput()
	if err != nil {
		return failf("systemctl %s %s: %s", verb, supervise.Unit, systemctlSays(out, err))
	}
	return nil
}

// systemctlSays is the first line of what it complains, else how it ended.
func systemctlSays(out []byte, err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if line == "" {
		line = err.Error()
	}
	return diag.Visible(line)
}
