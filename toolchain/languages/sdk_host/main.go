// Command sdk-host is a Pulumi language host that makes SDKs with Pulumi's own generators, as the
// official hosts do behind `pulumi install`, `pulumi package add` and `pulumi package gen-sdk`.
//
// The hosts of today are Go modules that no module proxy has; the generators are in the CLI's. The
// language is taken from the name it is called by, pulumi-language-<language>. Where the folder
// `runner` beside it has a host of the same name, an older one that makes no SDKs, that one runs
// programs; else none are run.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	prefix       = "pulumi-language-"
	engineIsGone = 5 * time.Minute
	messageBytes = 400 << 20
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func serve() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// Options are the older host's: it gets all of them as they come.
	ignored := flag.NewFlagSet(self, flag.ContinueOnError)
	for _, name := range []string{"tracing", "root", "tsconfig", "nodeargs", "typescript", "packagemanager"} {
		ignored.String(name, "", "")
	}
	if err := ignored.Parse(os.Args[1:]); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if engine := ignored.Arg(0); engine != "" {
		if err := rpcutil.Healthcheck(ctx, engine, engineIsGone, cancel); err != nil {
			return err
		}
	}

	name := filepath.Base(self)
	host := &sdkHost{language: strings.TrimPrefix(strings.TrimSuffix(name, ".exe"), prefix)}
	older := filepath.Join(filepath.Dir(self), "runner", name)
	if _, err := os.Stat(older); err == nil {
		runner, stop, err := start(ctx, older, os.Args[1:])
		if err != nil {
			return err
		}
		defer stop()
		host.LanguageRuntimeServer = &forwarding{runner: runner}
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	} else {
		host.LanguageRuntimeServer = &runningNone{}
	}

	stopped := make(chan bool)
	go func() {
		<-ctx.Done()
		close(stopped)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stopped,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d\n", handle.Port)
	return <-handle.Done
}

// start runs the older host and connects to the port that it prints.
func start(ctx context.Context, program string, arguments []string) (
	pulumirpc.LanguageRuntimeClient, func(), error,
) {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	stop := func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}
	port, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		stop()
		return nil, nil, fmt.Errorf("%s printed no port: %w", program, err)
	}
	connection, err := grpc.NewClient(
		"127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(messageBytes)),
	)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return pulumirpc.NewLanguageRuntimeClient(connection), stop, nil
}
