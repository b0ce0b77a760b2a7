//go:build linux && amd64

package kernellab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/supervise"
)

// This file runs inside the machine: pvefw as a node's administrator uses it.

var machineJobs = Jobs{"kill": killJob, "before boot": beforeBoot, "after boot": afterBoot, "stream": streamJob, "refuse": refuseJob, "clock": clockJob, "confirm": confirmJob, "service": serviceJob, "shell": shellJob, "in force": inForceJob}

const (
	stateDir = "/state"
	one, two = "/config/one", "/config/two" // two configurations
)

// pvefw is a command in a session of its own.
func pvefw(args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Args[0] = "pvefw"
	cmd.Env = []string{"HOME=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// do runs pvefw to its end, which must be good.
func do(args ...string) error {
	if out, err := pvefw(args...).CombinedOutput(); err != nil {
		return fmt.Errorf("pvefw %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

func applyArgs(config string, more ...string) []string {
	return append(append([]string{"apply", "--yes", "--allow-errors", "--max-removed", "100%", "--state-dir", stateDir}, more...), config)
}

// configure writes both configurations. They drop port 9 in different places and let
// port 7 in.
func configure() error {
	for dir, rules := range map[string]string{
		one: "IN DROP -p udp -dport 9\nIN ACCEPT -p udp -dport 7\n",
		two: "IN ACCEPT -p udp -dport 7\nIN ACCEPT -p tcp -dport 80\nIN ACCEPT -p tcp -dport 443\nIN DROP -source 10.9.9.0/24 -p udp -dport 9\n",
	} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for name, text := range map[string]string{
			"cluster.fw": "[OPTIONS]\nenable: 1\npolicy_in: DROP\n[IPSET management]\n10.9.9.0/24\n[RULES]\n" + rules,
			"host.fw":    "[OPTIONS]\nenable: 1\n",
			"100.fw":     "[OPTIONS]\nenable: 1\n[RULES]\n" + rules,
			"100.conf":   "net0: virtio=AA:0B:0C:00:00:01,bridge=vmbr0,firewall=1\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// inForce is the digest of the rules.
func inForce() (string, error) {
	k, err := supervise.Nftables()
	if err != nil {
		return "", err
	}
	defer k.Close()
	r, err := k.Save()
	if err != nil {
		return "", err
	}
	return r.Digest(), nil
}

// killed is what the rounds of a kill job came to.
type killed struct {
	Rounds, Parents, Watchers, Confirmed, Restored, Untouched int
	first                                                     string // digest of the first configuration
}

// mostKills is how many changes are enough.
const mostKills = 50

// killJob kills one process of each of many changes at a random moment and looks what
// is in force in the end.
func killJob(argument []byte) ([]byte, error) {
	limit, err := time.ParseDuration(string(argument))
	if err != nil {
		return nil, err
	}
	if err := configure(); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := do(applyArgs(two)...); err != nil {
		return nil, err
	}
	takes := time.Since(began)
	wanted, err := inForce()
	if err != nil {
		return nil, err
	}
	r, sum := rand.New(rand.NewPCG(1, 2)), killed{}
	for began = time.Now(); sum.Rounds < mostKills && time.Since(began) < limit; sum.Rounds++ {
		if err := sum.round(r, takes, wanted); err != nil {
			return nil, fmt.Errorf("round %d: %w", sum.Rounds, err)
		}
	}
	return json.Marshal(sum)
}

// round is one change to the second configuration.
func (sum *killed) round(r *rand.Rand, takes time.Duration, wanted string) error {
	if err := do(applyArgs(one)...); err != nil {
		return err
	}
	before, err := inForce()
	if err != nil {
		return err
	}
	if sum.first == "" {
		sum.first = before
	}
	if before != sum.first {
		return errors.New("an apply after a killed one leaves something else than one after none")
	}
	if r.IntN(4) == 0 {
		return sum.unwatched(r, takes)
	}
	cmd := pvefw(applyArgs(two, "--confirm-within", "2s")...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	late := r.IntN(2) == 0 // strike among those who wait, not at the command
	wait, lot, confirm := time.Duration(r.Int64N(int64(takes))), r.IntN(1<<10), r.IntN(3) > 0
	ended, dead := make(chan bool), make(chan bool)
	go func() {
		defer close(dead)
		if late {
			<-ended
			wait = wait % (2 * time.Second)
		}
		time.Sleep(wait)
		sum.strike(late, lot, cmd.Process)
	}()
	good := cmd.Wait() == nil
	close(ended)
	confirmed := false
	if good && confirm {
		confirmed = do("confirm", "--state-dir", stateDir) == nil
	}
	<-dead
	if err := undisturbed(); err != nil {
		return err
	}
	now, err := inForce()
	switch {
	case err != nil:
		return err
	case confirmed && now == wanted:
		sum.Confirmed++
	case confirmed:
		return errors.New("a confirmed change is not in force")
	case now != before:
		return fmt.Errorf("neither the confirmed rules nor those from before are in force; apply said:\n%s", out.String())
	case good:
		sum.Restored++
	default:
		sum.Untouched++
	}
	return nil
}

// unwatched kills a change that waits for nobody. The next round sees what it has left.
func (sum *killed) unwatched(r *rand.Rand, takes time.Duration) error {
	cmd := pvefw(applyArgs(two)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	time.Sleep(time.Duration(r.Int64N(int64(takes))))
	sum.Parents++
	err := cmd.Process.Kill()
	_ = cmd.Wait()
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// undisturbed waits until what pvefw does by itself is done. A command that died before
// anybody watched has changed nothing yet; what it has written down waits for the next.
func undisturbed() error {
	store, err := supervise.Open(stateDir, supervise.Machine{})
	if err != nil {
		return err
	}
	for range 10 {
		p, err := store.Pending()
		if err != nil || p == nil || len(watchers()) > 0 {
			return errors.Join(err, decided())
		}
		if p.Applied != nil {
			return errors.New("nobody watches a change that was applied")
		}
		time.Sleep(300 * time.Millisecond)
	}
	return nil
}

// strike kills the command, or by lot a watcher if there is one.
func (sum *killed) strike(late bool, lot int, command *os.Process) {
	if !late {
		sum.Parents++
		_ = command.Kill()
	} else if list := watchers(); len(list) > 0 {
		sum.Watchers++
		_ = syscall.Kill(list[lot%len(list)], syscall.SIGKILL)
	}
}

// watchers lists the processes that would take a change back.
func watchers() []int {
	var list []int
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		text, _ := os.ReadFile(file)
		if bytes.HasPrefix(text, []byte("pvefw\x00supervise\x00")) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				list = append(list, pid)
			}
		}
	}
	return list
}

// decided waits until nothing is pending.
func decided() error {
	store, err := supervise.Open(stateDir, supervise.Machine{})
	if err != nil {
		return err
	}
	for range 600 {
		p, err := store.Pending()
		if err != nil {
			return err
		}
		if p == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("a change is still pending, trouble: %q", store.Trouble())
}

// booted is what a boot with a pending change starts from.
type booted struct {
	Old, New string // digests
	Files    map[string][]byte
}

func beforeBoot([]byte) ([]byte, error) {
	if err := configure(); err != nil {
		return nil, err
	}
	var b booted
	var err error
	if err := do(applyArgs(one)...); err != nil {
		return nil, err
	}
	if b.Old, err = inForce(); err != nil {
		return nil, err
	}
	if err := do(applyArgs(two, "--confirm-within", "10m")...); err != nil {
		return nil, err
	}
	if b.New, err = inForce(); err != nil {
		return nil, err
	}
	b.Files = map[string][]byte{}
	err = filepath.WalkDir(stateDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			b.Files[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// afterBoot puts the disk of before into place, and does what the boot unit does.
func afterBoot(argument []byte) ([]byte, error) {
	var b booted
	if err := json.Unmarshal(argument, &b); err != nil {
		return nil, err
	}
	for path, text := range b.Files {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return nil, err
		}
	}
	if err := do("supervise", "--boot", "--state-dir", stateDir); err != nil {
		return nil, err
	}
	if err := decided(); err != nil {
		return nil, err
	}
	now, err := inForce()
	return []byte(now), err
}
