import { describe, expect, test } from "vitest";
import { histograms, watched, watchedNames } from "./recorded_run.ts";

// js-pytorch brings native graphics libraries, so what it is made of stands here: tensors of nested
// arrays, modules that hold each other, and an optimizer that knows the tensors.

class Tensor {
  readonly requires_grad = true;
  grad: number[][];

  constructor(public _data: number[][]) {
    this.grad = _data.map((row) => row.map(() => 0.5));
  }
}

class Module {
  parameters(): Tensor[] {
    return Object.values(this).flatMap((value) =>
      value instanceof Module ? value.parameters() : value instanceof Tensor ? [value] : []
    );
  }
}

class Linear extends Module {
  mode = "train";
  W = new Tensor([[1, 2], [3, 4]]);
}

class Network extends Module {
  first = new Linear();
  second = new Linear();
}

class Adam {
  constructor(readonly params: readonly Tensor[]) {}

  step() {
    for (const tensor of this.params) {
      tensor._data = tensor._data.map((row) => row.map((value) => value - 1));
    }
  }
}

describe("watch() of what is like js-pytorch", () => {
  test("watch() of a model and its optimizer names tensors by the way to them", async () => {
    const model = new Network();
    const optimizer = new Adam(model.parameters());
    const run = await watched([model, optimizer], { log: "all", logFreq: 2 }, (run) => {
      for (let i = 0; i < 3; i++) {
        optimizer.step();
        run.log({ loss: 1 });
      }
    });
    expect(watchedNames(run)).toEqual([
      "gradients/first.W",
      "gradients/second.W",
      "parameters/first.W",
      "parameters/second.W",
    ]);
    const parameters = histograms(run, "parameters/first.W");
    // [0 1 2 3] after the first step, [-2 -1 0 1] after the third.
    expect(parameters.map(([step, { norm }]) => [step, norm ** 2])).toEqual([
      [0, expect.closeTo(14)],
      [2, expect.closeTo(6)],
    ]);
    expect(histograms(run, "gradients/second.W")[0]![1].norm).toBe(1);
    expect(Object.hasOwn(optimizer, "step")).toBe(false);
  });

  test("watch() of an optimizer alone counts its tensors", async () => {
    const optimizer = new Adam([new Tensor([[1]]), new Tensor([[2]])]);
    const run = await watched(optimizer, {}, () => optimizer.step());
    expect(watchedNames(run)).toEqual(["gradients/parameter_0", "gradients/parameter_1"]);
  });
});
