//go:build linux && amd64

package kernellab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/supervise"
)

// live are the files that the service of a service job looks at.
const live = "/config/live"

// serviceJob is a day of the service: it follows the files, keeps the rules while they
// cannot be read, leaves alone what was rolled back, and goes when it is told to.
func serviceJob([]byte) ([]byte, error) {
	if err := configure(); err != nil {
		return nil, err
	}
	digests := map[string]string{}
	for _, config := range []string{one, two} {
		if err := do(applyArgs(config)...); err != nil {
			return nil, err
		}
		var err error
		if digests[config], err = inForce(); err != nil {
			return nil, err
		}
	}
	store, err := supervise.Open(stateDir, supervise.Machine{})
	if err != nil {
		return nil, err
	}
	day := &serviceDay{store, digests}
	for _, part := range []func() error{day.begins, day.follows, day.keeps, day.heeds, day.survives, day.ends} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

type serviceDay struct {
	store   *supervise.Store
	digests map[string]string
}

// shows puts a configuration into the place where the service looks.
func shows(config string) error {
	return errors.Join(os.RemoveAll(live+".new"), os.CopyFS(live+".new", os.DirFS(config)), os.RemoveAll(live), os.Rename(live+".new", live))
}

// becomes waits for the rules of a configuration; stays, that they do not go.
func (d *serviceDay) becomes(config string) error { return d.within(config, 30*time.Second, false) }
func (d *serviceDay) stays(config string) error   { return d.within(config, 5*time.Second, true) }

func (d *serviceDay) within(config string, limit time.Duration, still bool) error {
	for began := time.Now(); time.Since(began) < limit; time.Sleep(100 * time.Millisecond) {
		now, err := inForce()
		switch same := now == d.digests[config]; {
		case err != nil:
			return err
		case same && !still:
			return nil
		case !same && still:
			return fmt.Errorf("the rules of %s do not stay", config)
		}
	}
	if still {
		return nil
	}
	return fmt.Errorf("the rules of %s do not come", config)
}

func startArgs() []string {
	return []string{"start", "--interval", "1s", "--allow-errors", "--max-removed", "100%", "--state-dir", stateDir, live}
}

func (d *serviceDay) begins() error {
	return errors.Join(shows(one), do(startArgs()...), d.becomes(one))
}

func (d *serviceDay) follows() error { return errors.Join(shows(two), d.becomes(two)) }

func (d *serviceDay) keeps() error {
	path := filepath.Join(live, "cluster.fw")
	return errors.Join(os.Remove(path), os.Mkdir(path, 0o755), d.stays(two), shows(two), d.stays(two))
}

// heeds looks at a rollback, and at what status says then.
func (d *serviceDay) heeds() error {
	if err := errors.Join(do("rollback", "--yes", "--state-dir", stateDir), d.stays(one)); err != nil {
		return err
	}
	out, _ := pvefw("status", "--format", "json", "--state-dir", stateDir, live).Output()
	var told struct {
		Held    bool
		Rules   string
		Agree   string
		Service struct{ Process int }
	}
	if err := json.Unmarshal(out, &told); err != nil {
		return err
	}
	if !told.Held || told.Rules != "in force" || told.Agree != "no" || told.Service.Process != d.store.Service() {
		return fmt.Errorf("status says %s", out)
	}
	return errors.Join(shows(one), shows(two), do("apply", "--yes", "--allow-errors", "--max-removed", "100%", "--state-dir", stateDir, live), d.stays(two))
}

// survives kills the service: the rules stay, and another one takes its place.
func (d *serviceDay) survives() error {
	if err := syscall.Kill(d.store.Service(), syscall.SIGKILL); err != nil {
		return err
	}
	for d.store.Service() != 0 {
		time.Sleep(10 * time.Millisecond)
	}
	return errors.Join(d.stays(two), do(startArgs()...), d.stays(two))
}

func (d *serviceDay) ends() error {
	if err := do("stop", "--yes", "--state-dir", stateDir); err != nil {
		return err
	}
	if d.store.Service() != 0 {
		return errors.New("the service does not end")
	}
	now, err := inForce()
	if now == d.digests[one] || now == d.digests[two] {
		err = errors.Join(err, errors.New("the rules are still there"))
	}
	return errors.Join(err, do("rollback", "--yes", "--state-dir", stateDir), d.stays(two))
}
