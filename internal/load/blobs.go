package load

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// blobs is a running `git cat-file --batch`, which is asked for one object after
// the other.
type blobs struct {
	cmd  *exec.Cmd
	ask  io.WriteCloser
	said *bufio.Reader
}

func openBlobs(repo *repository) (*blobs, error) {
	cmd := repo.command("cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, noGit(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, noGit(err)
	}
	if err := cmd.Start(); err != nil {
		return nil, noGit(err)
	}
	return &blobs{cmd, in, bufio.NewReaderSize(out, 1<<16)}, nil
}

// read returns a blob by its hash. The answer is "HASH TYPE SIZE", a line feed,
// the content, a line feed.
func (b *blobs) read(id, shown string, limit int) ([]byte, error) {
	lost := func(why string) error {
		return broken("cannot read %s from git: %s", diag.Visible(shown), why)
	}
	if _, err := fmt.Fprintln(b.ask, id); err != nil {
		return nil, lost("git ended early")
	}
	header, err := b.said.ReadString('\n')
	words := strings.Fields(header)
	switch {
	case err != nil:
		return nil, lost("git ended early")
	case len(words) != 3 || words[1] != "blob":
		return nil, lost("the object is not in the repository")
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	switch {
	case err != nil || size < 0:
		return nil, lost("git answers in a form that is not understood")
	case size > int64(limit) && limit >= MaxFileSize:
		return nil, broken("cannot read %s: it is larger than %d MiB", diag.Visible(shown), MaxFileSize>>20)
	case size > int64(limit):
		return nil, lost("the symbolic link is too long")
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(b.said, data); err != nil {
		return nil, lost("git ended early")
	}
	return data[:size], nil
}

// close ends git, whatever it is doing.
func (b *blobs) close() {
	_ = b.ask.Close()
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
}
