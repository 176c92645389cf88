#pragma once
/// All ports together: what a job, a function or a deployment step is handed.

namespace driftlab::ports {

class Clock;
class EndpointRuntime;
class EventSink;
class FeatureStore;
class Hosting;
class MetricStore;
class ModelRegistry;
class ObjectStore;
class ParameterStore;
class Pipelines;

/// Borrowed references; the composition root owns the implementations and outlives every user.
struct Ports {
  Clock& clock;
  ObjectStore& objects;
  MetricStore& metrics;
  ParameterStore& parameters;
  FeatureStore& features;
  EndpointRuntime& endpoints;
  Hosting& hosting;
  ModelRegistry& registry;
  Pipelines& pipelines;
  EventSink& events;
};

}  // namespace driftlab::ports
