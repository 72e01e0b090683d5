"""Runs an ONNX graph in PyTorch, its weights as parameters: the operators that the networks of the benchmarks need."""

import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F

TYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16}


class Network(torch.nn.Module):
    """A network up to a tensor, `features`. Weights are frozen until somebody asks for their gradients."""

    def __init__(self, path: str, features: str):
        super().__init__()
        graph = onnx.load(path).graph
        self.weights = torch.nn.ParameterDict()
        self.constants = {}
        for tensor in graph.initializer:
            value = torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
            if value.is_floating_point() and value.dim() > 0 and value.numel() > 1:
                self.weights[key_of(tensor.name)] = torch.nn.Parameter(value, requires_grad=False)
            else:
                self.constants[tensor.name] = value
        self.nodes = []
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            self.nodes.append((node.op_type, list(node.input), node.output[0], attributes))
            if node.output[0] == features:
                break
        self.features = features

    def parameter(self, name: str) -> torch.nn.Parameter:
        return self.weights[key_of(name)]

    def forward(self, inputs: dict) -> torch.Tensor:
        values = dict(inputs)

        def get(name: str):
            if name == "":
                return None
            if name in values:
                return values[name]
            key = key_of(name)
            return self.weights[key] if key in self.weights else self.constants[name]

        for op, inputs_of, output, attributes in self.nodes:
            if op not in OPERATORS:
                raise SystemExit(f"no translation of {op}")
            values[output] = OPERATORS[op]([get(name) for name in inputs_of], attributes)
        return values[self.features].flatten(1)


def key_of(name: str) -> str:
    return name.replace(".", "/")


def whole(tensor) -> list:
    return tensor.tolist()


def convolve(given, attributes):
    x, weight, bias = (*given, None)[:3]
    pads = attributes.get("pads", [0] * 2 * (x.dim() - 2))
    half = len(pads) // 2
    if list(pads[:half]) != list(pads[half:]):
        # PyTorch pads from the last axis on.
        sides = [side for axis in reversed(range(half)) for side in (pads[axis], pads[axis + half])]
        x, pads = F.pad(x, sides), [0] * 2 * half
    convolution = F.conv1d if x.dim() == 3 else F.conv2d
    return convolution(
        x, weight, bias, attributes.get("strides", 1), tuple(pads[:half]), attributes.get("dilations", 1), attributes.get("group", 1)
    )


def average_pool(given, attributes):
    pads = attributes.get("pads", [0, 0, 0, 0])
    if any(pads):
        raise SystemExit("no translation of a padded AveragePool")
    return F.avg_pool2d(given[0], tuple(attributes["kernel_shape"]), tuple(attributes.get("strides", [1, 1])))


def slice_of(given, attributes):
    x, starts, ends, axes, steps = (*given, None, None)[:5]
    axes = whole(axes) if axes is not None else list(range(len(starts)))
    steps = whole(steps) if steps is not None else [1] * len(axes)
    index = [slice(None)] * x.dim()
    for start, end, axis, step in zip(whole(starts), whole(ends), axes, steps):
        index[axis] = slice(start, min(end, x.shape[axis]), step)
    return x[tuple(index)]


def gather(given, attributes):
    x, indices = given
    axis = attributes.get("axis", 0)
    if indices.dim() == 0:
        return x.select(axis, int(indices))
    return x.index_select(axis, indices.flatten()).unflatten(axis, indices.shape)


def reshape(given, attributes):
    x, shape = given
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(whole(shape))])


def axes_of(given, attributes):
    if "axes" in attributes:
        return list(attributes["axes"])
    return whole(given[1]) if len(given) > 1 else list(range(given[0].dim()))


def reduce(function):
    return lambda given, attributes: function(given[0], axes_of(given, attributes), attributes.get("keepdims", 1) == 1)


def unsqueeze(given, attributes):
    x = given[0]
    axes = axes_of(given, attributes)
    rank = x.dim() + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        x = x.unsqueeze(axis)
    return x


def normalise(given, attributes):
    x, scale, shift = (*given, None)[:3]
    axis = attributes.get("axis", -1)
    return F.layer_norm(x, x.shape[axis:], scale, shift, attributes.get("epsilon", 1e-5))


OPERATORS = {
    "Add": lambda given, _: given[0] + given[1],
    "Sub": lambda given, _: given[0] - given[1],
    "Mul": lambda given, _: given[0] * given[1],
    "Div": lambda given, _: given[0] / given[1],
    "Max": lambda given, _: torch.maximum(*given),
    "MatMul": lambda given, _: given[0] @ given[1],
    "Conv": convolve,
    "AveragePool": average_pool,
    "GlobalAveragePool": lambda given, _: given[0].mean((2, 3), keepdim=True),
    "Relu": lambda given, _: torch.relu(given[0]),
    "Clip": lambda given, _: torch.clamp(given[0], float(given[1]), float(given[2])),
    "Erf": lambda given, _: torch.erf(given[0]),
    "Softmax": lambda given, attributes: torch.softmax(given[0], attributes.get("axis", -1)),
    "LayerNormalization": normalise,
    "Transpose": lambda given, attributes: given[0].permute(*attributes["perm"]),
    "Reshape": reshape,
    "Unsqueeze": unsqueeze,
    "Flatten": lambda given, _: given[0].flatten(1),
    "Identity": lambda given, _: given[0],
    "Gather": gather,
    "Slice": slice_of,
    "Shape": lambda given, _: torch.tensor(given[0].shape),
    "Cast": lambda given, attributes: given[0].to(TYPES[attributes["to"]]),
    "ReduceMean": reduce(lambda x, axes, keep: x.mean(axes, keepdim=keep)),
    "ReduceSum": reduce(lambda x, axes, keep: x.sum(axes, keepdim=keep)),
}
