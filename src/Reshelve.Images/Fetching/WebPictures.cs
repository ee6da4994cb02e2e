using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Fetching;

/// <summary>
/// Gets pictures over http(s). It has two clients: one that connects to public addresses only, and one for the hosts that a definition
/// allows. So no connection that one catalog was allowed to open is ever used for another's.
/// </summary>
internal sealed class WebPictures : IDisposable
{
    /// <summary>A longer wait than this is left to the next run, which pays the debt.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private const int MostTries = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;
    private readonly HostGates _gates;
    private readonly HttpMessageInvoker _public;
    private readonly HttpMessageInvoker _allowed;

    /// <param name="resolve">Gives the addresses of a host.</param>
    /// <param name="time">The clock.</param>
    public WebPictures(Resolve resolve, TimeProvider time)
    {
        _time = time;
        _gates = new HostGates(time);
        _public = PictureClient.Create(new GuardedConnector(resolve, mayBeClosed: false, time));
        _allowed = PictureClient.Create(new GuardedConnector(resolve, mayBeClosed: true, time));
    }

    /// <summary>Gets one picture.</summary>
    public async Task<FetchedImage> FetchAsync(Uri address, ImageRequest request, ImageSettings settings, CancellationToken cancellationToken)
    {
        var held = new Validators(request.ETag, request.LastModified);
        using var deadline = new Deadline(settings.Timeout, _time, cancellationToken);
        for (var tries = 1; ; tries++)
        {
            TimeSpan wait;
            try
            {
                return await FollowAsync(new Errand(address, held, settings), deadline, cancellationToken);
            }
            catch (FetchProblem problem)
            {
                cancellationToken.ThrowIfCancellationRequested();
                wait = problem.RetryAfter ?? Backoff.After(FirstWait, LongestWait, tries);
                if (!problem.MayRetry || tries == MostTries || wait > LongestWait || wait >= deadline.Left)
                    throw GiveUp(address, problem, tries);
            }

            deadline.Pause();
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _public.Dispose();
        _allowed.Dispose();
    }

    private async Task<FetchedImage> FollowAsync(Errand errand, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var hop = new Hop(errand, errand.Address, 0); ;)
        {
            var gate = _gates.Of(hop.Address, errand.Settings);
            var outcome = await gate.RunAsync(
                static (state, token) => state.This.AskAsync(state.Hop, state.Deadline, token), (This: this, Hop: hop, Deadline: deadline), deadline, cancellationToken);
            if (outcome.Image is { } image)
                return image;
            hop = hop with { Address = outcome.Next!, Redirects = hop.Redirects + 1 };
        }
    }

    private async ValueTask<(FetchedImage? Image, Uri? Next)> AskAsync(Hop hop, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            using var message = Message(hop);
            // By its name, not by what it resolves to: that is checked when a connection is opened.
            var client = AllowedHosts.Contains(hop.Errand.Settings.AllowedHosts, hop.Address) ? _allowed : _public;
            using var response = await client.SendAsync(message, cancellationToken);
            return Redirect.IsOne(response)
                ? (null, Redirect.Next(hop.Address, response, hop.Redirects, hop.Errand.Settings.Redirects))
                : (await TakeAsync(hop, response, cancellationToken), null);
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            throw FetchProblem.Passing($"it did not come within {hop.Errand.Settings.Timeout.TotalSeconds:0.###} s.", e, mayRetry: false);
        }
        catch (Exception e) when (NetworkProblem.IsOne(e) && !cancellationToken.IsCancellationRequested)
        {
            throw NetworkProblem.Explain(e, AllowedHosts.HostOf(hop.Address));
        }
    }

    private static HttpRequestMessage Message(Hop hop)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(hop.Address) { UserName = "", Password = "", Fragment = "" }.Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var first = hop.Errand.Address;
        if (first.UserInfo.Length > 0 && SafeAddress.SameOrigin(first, hop.Address))
        {
            var user = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(first.UserInfo)));
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", user);
        }

        PictureClient.Introduce(message.Headers);
        hop.Held.Condition(message.Headers);
        return message;
    }

    private async Task<FetchedImage> TakeAsync(Hop hop, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var fresh = Validators.Of(response, hop.Address, hop.IsFirst, now);
        if (response.StatusCode == HttpStatusCode.NotModified && !hop.Held.IsEmpty)
        {
            // A 304 may leave out what has not changed.
            var held = hop.Errand.Held;
            return new FetchedImage(null, fresh.ETag ?? held.ETag, fresh.LastModified ?? held.LastModified, Freshness.Of(response, now));
        }

        if (response.StatusCode != HttpStatusCode.OK)
            throw StatusProblem.Explain(response, now);
        var bytes = await PictureBody.ReadAsync(response, hop.Errand.Settings.Bytes, cancellationToken);
        if (PictureSniff.WhatElse(bytes) is { } what)
            throw FetchProblem.Lasting($"what came is {what}, not a picture. Correct its address in the feed, or ask whoever runs the server.");
        return new FetchedImage(bytes, fresh.ETag, fresh.LastModified, Freshness.Of(response, now));
    }

    private static ImageFetchException GiveUp(Uri address, FetchProblem problem, int tries)
    {
        var often = tries > 1 ? $" in {tries} tries" : "";
        return new ImageFetchException(
            $"The picture at {ServerText.Line(SafeAddress.Of(address), 500)} could not be had{often}: {problem.Message}", problem.IsTransient, problem) { IsGone = problem.IsGone };
    }

    /// <summary>A picture to get.</summary>
    private sealed record Errand(Uri Address, Validators Held, ImageSettings Settings);

    /// <summary>One request on the way to it.</summary>
    private sealed record Hop(Errand Errand, Uri Address, int Redirects)
    {
        public bool IsFirst => Redirects == 0;

        public Validators Held => Errand.Held.For(Address, IsFirst);
    }
}
