package cli

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestGuardEndsWithTime(t *testing.T) {
	ctx, done := policyLimits{time: time.Millisecond, memory: policyMemory}.guard(context.Background())
	defer done()
	<-ctx.Done()
	if got := context.Cause(ctx).Error(); got != "it ran for more than 1ms" {
		t.Error(got)
	}
}

func TestGuardEndsWithMemory(t *testing.T) {
	ctx, done := policyLimits{time: time.Minute, memory: 1}.guard(context.Background())
	defer done()
	var held [][]byte
	for ctx.Err() == nil && len(held) < 4096 {
		held = append(held, make([]byte, 1<<16))
		time.Sleep(time.Millisecond)
	}
	if ctx.Err() == nil || !strings.Contains(context.Cause(ctx).Error(), "more than 1 MiB of memory") {
		t.Errorf("%d KiB are held, and the cause is %v", len(held)*64, context.Cause(ctx))
	}
}
