// A compiler that compiles nothing: its result names its inputs, and begins as a cubin does. The stand-in of the driver
// has the kernels already.

#include <cstring>
#include <string>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {
const int SUCCESS = 0;
const int INVALID_INPUT = 3;
const int INVALID_OPTION = 5;
const int COMPILATION = 6;
const char* const ARCHITECTURE = "--gpu-architecture=sm_";

struct Program {
    std::string source;
    std::string log;
    std::string cubin;
};
}

EXPORTED int nvrtcVersion(int* major, int* minor) {
    *major = 13;
    *minor = 0;
    return SUCCESS;
}

EXPORTED int nvrtcCreateProgram(Program** to, const char* source, const char*, int headers, const char* const*,
        const char* const*) {
    if (headers) {
        return INVALID_INPUT;
    }
    *to = new Program{source, "", ""};
    return SUCCESS;
}

EXPORTED int nvrtcCompileProgram(Program* program, int options, const char* const* texts) {
    for (int i = 0; i < options; i++) {
        if (strncmp(texts[i], ARCHITECTURE, strlen(ARCHITECTURE)) && strcmp(texts[i], "--std=c++17")) {
            return INVALID_OPTION;
        }
    }
    if (program->source.find("KERNEL(") == std::string::npos) {
        program->log = "lethe.cu(1): error: there is no kernel";
        return COMPILATION;
    }
    program->cubin = "\x7F" "ELF of the stand-in for " + std::to_string(program->source.size()) + " characters";
    return SUCCESS;
}

EXPORTED int nvrtcGetProgramLogSize(Program* program, size_t* bytes) {
    *bytes = program->log.size() + 1;
    return SUCCESS;
}

EXPORTED int nvrtcGetProgramLog(Program* program, char* to) {
    memcpy(to, program->log.c_str(), program->log.size() + 1);
    return SUCCESS;
}

EXPORTED int nvrtcGetCUBINSize(Program* program, size_t* bytes) {
    *bytes = program->cubin.size();
    return SUCCESS;
}

EXPORTED int nvrtcGetCUBIN(Program* program, char* to) {
    memcpy(to, program->cubin.data(), program->cubin.size());
    return SUCCESS;
}

EXPORTED int nvrtcDestroyProgram(Program** program) {
    delete *program;
    *program = nullptr;
    return SUCCESS;
}
