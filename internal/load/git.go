package load

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// maxListing bounds what git may answer to one question, in bytes: the list of a
// million files.
const maxListing = 256 << 20

// repository is a git repository and how it is asked. Only plumbing is run that
// reads objects and the index; nothing touches the work tree, the index or a ref.
type repository struct {
	top string   // of the work tree, absolute, without links; empty for a bare repository
	dir string   // where git runs
	env []string // nil is this process's own
}

// gitLocal are the variables that tie git to one repository, as hooks find them.
// For another repository they must go.
var gitLocal = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE",
}

// gitPaths are those of them that a hook may find relative to its own directory.
// GIT_INDEX_FILE is not: git reads it from the top of the work tree.
var gitPaths = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"}

// openRepository finds the repository whose work tree holds a directory. In a
// hook it is the hook's, unless the directory belongs to another one.
func openRepository(dir string) (*repository, error) {
	abs, err := filepath.Abs(existing(dir))
	if err != nil {
		return nil, failure(dir, err)
	}
	own := &repository{dir: abs, env: environment(false)}
	ownErr := own.findTop()
	if !inHook() {
		return own, ownErr
	}
	hook := &repository{dir: ".", env: environment(true)}
	real, err := filepath.EvalSymlinks(abs)
	if err == nil && hook.findTop() == nil && (ownErr != nil || own.top == hook.top) && within(real, hook.top) {
		hook.dir = hook.top
		return hook, nil
	}
	return own, ownErr
}

// existing is the nearest directory that exists: a CONFIG may be in the index
// only.
func existing(dir string) string {
	if dir == "" {
		dir = "."
	}
	for !isDir(dir) {
		above := filepath.Dir(dir)
		if above == dir {
			break
		}
		dir = above
	}
	return dir
}

func inHook() bool {
	return slices.ContainsFunc(gitLocal, func(name string) bool { return os.Getenv(name) != "" })
}

// environment is what git sees. Messages are English, because they are read here;
// nobody is asked for a password, and the index is not refreshed on the side.
func environment(hook bool) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(gitLocal, name) && (!hook || slices.Contains(gitPaths, name)) || name == "LANGUAGE"
	})
	for _, name := range gitPaths {
		if value := os.Getenv(name); hook && value != "" {
			if abs, err := filepath.Abs(value); err == nil {
				value = abs
			}
			env = append(env, name+"="+value)
		}
	}
	return append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat")
}

// findTop asks git where the work tree starts.
func (r *repository) findTop() error {
	out, err := r.ask("rev-parse", "--show-toplevel")
	if err != nil {
		if r.isBare() {
			return nil
		}
		return err
	}
	r.top = filepath.FromSlash(strings.TrimSuffix(string(out), "\n"))
	if real, err := filepath.EvalSymlinks(r.top); err == nil {
		r.top = real
	}
	r.dir = r.top
	return nil
}

func (r *repository) isBare() bool {
	out, err := r.ask("rev-parse", "--is-bare-repository")
	return err == nil && string(out) == "true\n"
}

// ask runs git and returns what it prints. The arguments are ours or have been
// checked: none of a user's begins with a dash.
func (r *repository) ask(args ...string) ([]byte, error) {
	cmd := r.command(args...)
	said := &head{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, broken("git cannot be run: %s", diag.Visible(err.Error()))
	}
	if err := cmd.Start(); err != nil {
		return nil, noGit(err)
	}
	data, readErr := io.ReadAll(io.LimitReader(out, maxListing+1))
	if len(data) > maxListing {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, broken("git %s answers with more than %d MiB", args[0], maxListing>>20)
	}
	if err := cmd.Wait(); err != nil {
		return nil, r.refused(args[0], said.String())
	}
	if readErr != nil {
		return nil, broken("cannot read the answer of git %s: %s", args[0], diag.Visible(readErr.Error()))
	}
	return data, nil
}

func (r *repository) command(args ...string) *exec.Cmd {
	fixed := []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}
	cmd := exec.Command("git", append(fixed, args...)...)
	cmd.Dir, cmd.Env = r.dir, r.env
	return cmd
}

func noGit(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return broken("git is not installed or not on PATH, and the CONFIG is to be read from it")
	}
	return broken("git cannot be run: %s", diag.Visible(err.Error()))
}

// refused says in words why git gave no answer.
func (r *repository) refused(verb, said string) error {
	switch {
	case strings.Contains(said, "not a git repository"):
		return broken("%s is not in a git repository", diag.Visible(r.dir))
	case strings.Contains(said, "dubious ownership"):
		return broken("git does not look into the repository of %s, because it belongs to another user; see safe.directory in git config --help", diag.Visible(r.dir))
	case strings.Contains(said, "must be run in a work tree"):
		return broken("%s is in a git repository, but not in its work tree", diag.Visible(r.dir))
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(said, "fatal: "), "\n")
	if line == "" {
		line = "it gives no reason"
	}
	return broken("git %s failed: %s", verb, diag.Visible(line))
}

// head keeps the beginning of what is written to it.
type head struct{ bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	if room := 4096 - h.Len(); room > 0 {
		h.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// within reports whether an absolute path lies in a directory or is it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && dir != "" && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
