package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/packet"
	"github.com/spf13/cobra"
)

// readPackets reads the array of --packets. Everything in it must be understood.
func readPackets(s *Streams, cmd *cobra.Command, file string) ([]asked, error) {
	data, err := load.ReadFile(file, s.Stdin)
	if err != nil {
		return nil, loadError(err)
	}
	name := diag.Visible(file)
	list, err := decodePackets(data)
	if err != nil {
		return nil, usagef(cmd, "%s: %s", name, diag.Visible(err.Error()))
	}
	queries := make([]asked, len(list))
	for i, fields := range list {
		name := fmt.Sprintf("%s: packet %d", name, i+1)
		q, err := packet.ParseQuery(fields)
		if err != nil {
			return nil, usagef(cmd, "%s: %s", name, diag.Visible(err.Error()))
		}
		queries[i] = asked{q, name}
	}
	return queries, nil
}

func decodePackets(data []byte) ([]map[string]any, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var list []map[string]any
	err := dec.Decode(&list)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("the JSON text ends too early")
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return nil, fmt.Errorf("line %d: this is not JSON", line)
	case err != nil || list == nil || slices.ContainsFunc(list, func(p map[string]any) bool { return p == nil }):
		return nil, errors.New("it must hold a JSON array of objects, one for each packet")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON array")
	}
	return list, nil
}

// jsonWalk is the answer to a single packet.
type jsonWalk struct {
	Version int `json:"version"`
	jsonResult
}

type jsonResult struct {
	Verdict string     `json:"verdict"`
	Path    []jsonStep `json:"path"`
}

// jsonStep is a place on the way; file is empty and line 0 for what stands in no
// file.
type jsonStep struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Text  string `json:"text"`
	Chain string `json:"chain"`
}

func jsonResultOf(r packet.Result) jsonResult {
	out := jsonResult{Verdict: r.Verdict, Path: []jsonStep{}}
	for _, s := range r.Path {
		step := jsonStep{Text: s.Text, Chain: s.Chain}
		if !s.Span.IsZero() {
			step.File = s.Span.File.Name()
			if !s.Span.WholeFile() {
				step.Line = s.Span.From().Line
			}
		}
		out.Path = append(out.Path, step)
	}
	return out
}

// writeResults writes a bare array, a packet on each line.
func writeResults(w io.Writer, results []packet.Result) error {
	out := bufio.NewWriter(w)
	out.WriteString("[")
	for i, r := range results {
		if i > 0 {
			out.WriteString(",")
		}
		text, err := json.Marshal(jsonResultOf(r))
		if err != nil {
			return failf("cannot write the results: %s", reason(err))
		}
		out.WriteString("\n")
		out.Write(text)
	}
	out.WriteString("\n]\n")
	return out.Flush()
}
