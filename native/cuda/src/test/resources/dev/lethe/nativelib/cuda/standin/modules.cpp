// Modules and the launch of their kernels, which a library beside this one computes on the host.

#include "driver.h"

#include <cstring>
#include <map>

using namespace standin;

extern "C" int standin_argument_bytes(const char* kernel);
extern "C" void standin_launch(const char* kernel, unsigned gridX, unsigned gridY, const void* arguments);

namespace {
const char ELF[] = {0x7F, 'E', 'L', 'F'};
const unsigned THREADS = 256; // of Lethe's blocks
const unsigned MOST_BLOCKS_X = 0x7FFFFFFF;
const unsigned MOST_BLOCKS_Y = 65535;
const int BLOCKS_AT_ONCE = 2;

/** A kernel of a module, whose first use loads it. */
struct Kernel {
    std::string name;
    bool loaded = false;
};

struct Module {
    std::map<std::string, std::unique_ptr<Kernel>> kernels;
};

Handles<Module> modules;

/** Returns nothing where no open module has the kernel. */
Kernel* find(const void* handle) {
    for (Module* module : modules) {
        for (auto& [name, kernel] : module->kernels) {
            if (kernel.get() == handle) {
                return kernel.get();
            }
        }
    }
    return nullptr;
}
}

namespace standin {
void reportModules() {
    count("left.modules", modules.size());
}
}

EXPORTED int cuModuleLoadData(void** to, const void* image) {
    Call call("cuModuleLoadData");
    if (call.error()) {
        return call.error();
    }
    if (memcmp(image, ELF, sizeof(ELF))) {
        return call.fails(INVALID_IMAGE, "this is no cubin");
    }
    *to = modules.add(new Module);
    return SUCCESS;
}

EXPORTED int cuModuleUnload(void* handle) {
    Call call("cuModuleUnload");
    if (call.error()) {
        return call.error();
    }
    return modules.remove(handle) ? SUCCESS : call.fails(INVALID_HANDLE, "this is no module");
}

EXPORTED int cuModuleGetFunction(void** to, void* handle, const char* name) {
    Call call("cuModuleGetFunction");
    if (call.error()) {
        return call.error();
    }
    Module* module = modules.find(handle);
    if (!module) {
        return call.fails(INVALID_HANDLE, "this is no module");
    }
    if (standin_argument_bytes(name) < 0) {
        return call.fails(NOT_FOUND, std::string("there is no kernel ") + name);
    }
    std::unique_ptr<Kernel>& kernel = module->kernels[name];
    if (!kernel) {
        kernel = std::make_unique<Kernel>(Kernel{name});
    }
    *to = kernel.get();
    return SUCCESS;
}

EXPORTED int cuFuncLoad(void* handle) {
    Call call("cuFuncLoad");
    if (call.error()) {
        return call.error();
    }
    Kernel* kernel = find(handle);
    if (!kernel) {
        return call.fails(INVALID_HANDLE, "this is no kernel");
    }
    kernel->loaded = true;
    return SUCCESS;
}

EXPORTED int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void* handle, int threads, size_t dynamicBytes) {
    Call call("cuOccupancyMaxActiveBlocksPerMultiprocessor");
    if (call.error()) {
        return call.error();
    }
    if (!find(handle)) {
        return call.fails(INVALID_HANDLE, "this is no kernel");
    }
    if (threads != (int) THREADS || dynamicBytes) {
        return call.fails(INVALID_VALUE, "Lethe's blocks have 256 threads and no dynamic memory");
    }
    *blocks = BLOCKS_AT_ONCE;
    return SUCCESS;
}

EXPORTED int cuLaunchKernel(void* handle, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
        unsigned blockY, unsigned blockZ, unsigned sharedBytes, void* stream, void** parameters, void** extra) {
    Call call("cuLaunchKernel");
    if (call.error()) {
        return call.error();
    }
    Kernel* kernel = find(handle);
    if (!kernel) {
        return call.fails(INVALID_HANDLE, "this is no kernel");
    }
    if (gridX == 0 || gridX > MOST_BLOCKS_X || gridY == 0 || gridY > MOST_BLOCKS_Y || gridZ != 1) {
        return call.fails(INVALID_VALUE, "the grid is " + std::to_string(gridX) + " x " + std::to_string(gridY)
                + " x " + std::to_string(gridZ));
    }
    if (blockX != THREADS || blockY != 1 || blockZ != 1 || sharedBytes || extra) {
        return call.fails(INVALID_VALUE, "Lethe's blocks have 256 threads, and all else is left out");
    }
    Stream* found = streams().find(stream);
    if (found && found->capture && !kernel->loaded) {
        return refuseInCapture(call, *found, "the loading of kernel " + kernel->name);
    }
    kernel->loaded = true;
    std::string name = kernel->name;
    const char* given = (const char*) parameters[0];
    auto arguments = std::make_shared<std::vector<char>>(given, given + standin_argument_bytes(name.c_str()));
    count("launches", 1);
    return enqueue(call, stream, {name, [=] {
        standin_launch(name.c_str(), gridX, gridY, arguments->data());
    }, nullptr});
}
