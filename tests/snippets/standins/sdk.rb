# Stands in for the vendor's Ruby SDK: same names, same arguments, same way of working.
# Each service's gem, generated from catalog.toml, calls RunApi.client below.

require "json"
require "net/http"

module RunApi
  class Error < StandardError; end

  # An answer, its members as methods.
  class Answer
    def initialize(members)
      @members = members
    end

    def to_h
      @members
    end

    def respond_to_missing?(name, include_private = false)
      @members.key?(name.to_s) || super
    end

    def method_missing(name, *arguments)
      return super unless arguments.empty? && @members.key?(name.to_s)

      wrap(@members.fetch(name.to_s))
    end

    private

    def wrap(value)
      case value
      when Hash then Answer.new(value)
      when Array then value.map { |item| wrap(item) }
      else value
      end
    end
  end

  # What `client.text_to_image` gives.
  class Resource
    def initialize(url, api_key)
      @url = url
      @api_key = api_key
    end

    def run(**params)
      task = send_request(Net::HTTP::Post, @url, JSON.generate(params))
      while %w[queued processing].include?(task["status"])
        sleep 0.02
        task = send_request(Net::HTTP::Get, "#{@url}/#{task["id"]}")
      end
      raise Error, "task #{task["id"]} failed: #{task["error"]}" if task["status"] == "failed"

      Answer.new(task)
    end

    private

    def send_request(kind, url, body = nil)
      uri = URI(url)
      request = kind.new(uri)
      request["Authorization"] = "Bearer #{@api_key}"
      if body
        request["Content-Type"] = "application/json"
        request.body = body
      end
      response = Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) }
      text = response.body.to_s.dup.force_encoding(Encoding::UTF_8)
      raise Error, "#{response.code}: #{text}" unless response.is_a?(Net::HTTPSuccess)

      JSON.parse(text)
    end
  end

  def self.client(default_base_url, resources)
    Class.new do
      define_method(:initialize) do |api_key:, base_url: default_base_url|
        raise ArgumentError, "api_key is missing" if api_key.to_s.empty?

        @api_key = api_key
        @base_url = base_url
      end

      resources.each do |name, path|
        define_method(name) { Resource.new(@base_url + path, @api_key) }
      end
    end
  end
end
