package lsp

import (
	"strconv"
	"sync/atomic"
	"time"

	"go.lsp.dev/protocol"
)

// progressDelay is how long work may take before a person is told about it.
const progressDelay = time.Second

var progressTokens atomic.Int64

// progress tells what takes long; the function it returns ends that.
func (s *server) progress(title string) (done func()) {
	if !s.client.progress {
		return func() {}
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-over:
		case <-s.ctx.Done():
		case <-time.After(progressDelay):
			s.showProgress(title, over)
		}
	}()
	return func() {
		close(over)
		<-ended
	}
}

// showProgress shows a title until it is over.
func (s *server) showProgress(title string, over <-chan struct{}) {
	token := protocol.String("pvefw-" + strconv.FormatInt(progressTokens.Add(1), 10))
	s.ask(protocol.MethodWindowWorkDoneProgressCreate, &protocol.WorkDoneProgressCreateParams{Token: token})
	s.notify(protocol.MethodProgress, &protocol.ProgressParams{Token: token,
		Value: encoded(&protocol.WorkDoneProgressBegin{Kind: "begin", Title: title})})
	select {
	case <-over:
	case <-s.ctx.Done():
	}
	s.notify(protocol.MethodProgress, &protocol.ProgressParams{Token: token, Value: encoded(&protocol.WorkDoneProgressEnd{Kind: "end"})})
}
