package lsp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

// The bounds of what a client sends. A text of load.MaxFileSize fits, with most of
// its characters escaped.
const (
	mostBody   = 160 << 20
	mostHeader = 4 << 10 // bytes of a line
)

// stream carries messages with a Content-Length each. What is no message is answered
// with an error and passed over, so that a client that slips does not lose its server.
type stream struct {
	in *bufio.Reader

	mu  sync.Mutex
	out io.Writer
}

func newStream(in io.Reader, out io.Writer) *stream {
	return &stream{in: bufio.NewReaderSize(in, mostHeader), out: out}
}

// Read returns the next message. The error is that of the reader below.
func (s *stream) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for {
		size, err := s.header()
		if err != nil {
			return nil, 0, err
		}
		body, err := s.body(size)
		if err != nil {
			return nil, 0, err
		}
		if body == nil {
			s.refuse(ctx, jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the message is larger than "+strconv.Itoa(mostBody>>20)+" MiB"))
			continue
		}
		msg, err := jsonrpc2.DecodeMessage(body)
		if err == nil {
			return msg, int64(size), nil
		}
		s.refuse(ctx, wireError(err, jsonrpc2.ParseError, "the message is not understood"))
	}
}

// header reads header lines up to a blank one behind a length. Others are passed
// over, so that a broken header does not make the next one unreadable.
func (s *stream) header() (size int64, err error) {
	size = -1
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if len(line) > 0 && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch {
		case name == "" && size >= 0:
			return size, nil
		case strings.EqualFold(name, "Content-Length"):
			if size, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil {
				size = -1
			}
		}
	}
}

// body reads that many bytes; nil where they are too many. Room is made as they come.
func (s *stream) body(size int64) ([]byte, error) {
	if size > mostBody {
		_, err := io.CopyN(io.Discard, s.in, size)
		return nil, err
	}
	body := bytes.NewBuffer(make([]byte, 0, min(size, 1<<16)))
	if _, err := io.CopyN(body, s.in, size); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return body.Bytes(), nil
}

// refuse answers what has no id that could be answered.
func (s *stream) refuse(ctx context.Context, e *jsonrpc2.Error) {
	_, _ = s.Write(ctx, jsonrpc2.NewResponse(jsonrpc2.ID{}, nil, e))
}

// Write sends a message in one piece.
func (s *stream) Write(_ context.Context, msg jsonrpc2.Message) (int64, error) {
	body, err := jsonrpc2.EncodeMessage(msg)
	if err != nil {
		return 0, err
	}
	framed := make([]byte, 0, len(body)+32)
	framed = append(strconv.AppendInt(append(framed, "Content-Length: "...), int64(len(body)), 10), "\r\n\r\n"...)
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.out.Write(append(framed, body...))
	return int64(n), err
}

// Close leaves the streams to whoever opened them.
func (s *stream) Close() error { return nil }

// wireError is err as the client gets it: an error of the protocol as it is, any
// other one in words of ours.
func wireError(err error, code jsonrpc2.Code, words string) *jsonrpc2.Error {
	var e *jsonrpc2.Error
	if errors.As(err, &e) && e.Code != 0 {
		code = e.Code
	}
	return jsonrpc2.NewError(code, words)
}
