package dev.proa.profile;

/** Requests whose path starts with {@code prefix} on a segment border go {@code to} it. */
public record RouteSpec(String prefix, Destination to, RouteRules rules) {}
