<?php

// Stands in for the vendor's PHP SDK: same names, same arguments, same way of working.
// Each service's client, generated from catalog.toml, extends BaseClient below.

declare(strict_types=1);

namespace RunApi\Core;

final class ClientOptions
{
    public function __construct(
        public readonly ?string $apiKey = null,
        public readonly ?string $baseUrl = null,
    ) {
    }
}

abstract class BaseClient
{
    protected const DEFAULT_BASE_URL = '';

    private readonly ClientOptions $options;

    public function __construct(ClientOptions $options = new ClientOptions())
    {
        if (trim($options->apiKey ?? '') === '') {
            throw new \RuntimeException('apiKey is missing');
        }
        $this->options = $options;
    }

    protected function resource(string $path): Resource
    {
        $baseUrl = $this->options->baseUrl ?? static::DEFAULT_BASE_URL;

        return new Resource($baseUrl . $path, $this->options->apiKey);
    }
}

/** What `$client->textToImage` is. */
final class Resource
{
    public function __construct(private readonly string $url, private readonly string $apiKey)
    {
    }

    public function run(array $params): Response
    {
        $task = $this->send('POST', $this->url, json_encode($params, JSON_THROW_ON_ERROR));
        while (in_array($task['status'] ?? null, ['queued', 'processing'], true)) {
            usleep(20_000);
            $task = $this->send('GET', $this->url . '/' . $task['id']);
        }
        if (($task['status'] ?? null) === 'failed') {
            throw new \RuntimeException("task {$task['id']} failed: {$task['error']}");
        }

        return new Response($task);
    }

    private function send(string $method, string $url, ?string $body = null): array
    {
        $headers = ['Authorization: Bearer ' . $this->apiKey];
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
        }
        $http = ['method' => $method, 'header' => $headers, 'ignore_errors' => true];
        if ($body !== null) {
            $http['content'] = $body;
        }
        $stream = fopen($url, 'r', false, stream_context_create(['http' => $http]));
        if ($stream === false) {
            throw new \RuntimeException("$url does not answer");
        }
        $text = stream_get_contents($stream);
        $status = (int) explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1];
        if ($status >= 300) {
            throw new \RuntimeException("$status: $text");
        }

        return json_decode($text, true, flags: JSON_THROW_ON_ERROR);
    }
}

/** An answer, its members as properties, the objects of a list as objects. */
final class Response
{
    public function __construct(private readonly array $raw)
    {
    }

    public function __get(string $name): mixed
    {
        if (!array_key_exists($name, $this->raw)) {
            throw new \Error("the answer has no $name");
        }
        $value = $this->raw[$name];
        $model = static fn (mixed $item): mixed =>
            is_array($item) && !array_is_list($item) ? new self($item) : $item;

        return is_array($value) && array_is_list($value) ? array_map($model, $value) : $model($value);
    }

    public function toArray(): array
    {
        return $this->raw;
    }
}
