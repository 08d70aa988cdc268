package main

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// runningNone is the host of a language whose programs are not run here.
type runningNone struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
}

// GetPluginInfo is what the engine asks every host for.
func (*runningNone) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// forwarding hands calls on to an older host; the calls that it does not know stay unimplemented,
// on which the engine falls back to older ones.
type forwarding struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	runner pulumirpc.LanguageRuntimeClient
}

func (f *forwarding) GetRequiredPlugins(
	ctx context.Context, request *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return f.runner.GetRequiredPlugins(ctx, request)
}

func (f *forwarding) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	return f.runner.Run(ctx, request)
}

func (f *forwarding) GetPluginInfo(ctx context.Context, request *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return f.runner.GetPluginInfo(ctx, request)
}

func (f *forwarding) About(
	ctx context.Context, request *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	return f.runner.About(ctx, request)
}

func (f *forwarding) GetProgramDependencies(
	ctx context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	return f.runner.GetProgramDependencies(ctx, request)
}

func (f *forwarding) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest,
	server grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	stream, err := f.runner.InstallDependencies(server.Context(), request)
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := server.Send(response); err != nil {
			return err
		}
	}
}
