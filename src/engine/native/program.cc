#include "program.h"

#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

namespace assay {

Bounds::~Bounds() = default;
Kernel::~Kernel() = default;

double Arguments::take() {
  if (left_ == 0) throw std::invalid_argument("too few arguments");
  left_--;
  return *next_++;
}

static double wholeNumber(double value, double limit) {
  if (!(value >= 0 && value <= limit) || value != std::floor(value)) {
    throw std::invalid_argument("an argument is not a whole number in range: " + std::to_string(value));
  }
  return value;
}

Arguments::operator int() { return static_cast<int>(wholeNumber(take(), 1 << 30)); }
Arguments::operator Address() { return static_cast<Address>(wholeNumber(take(), 9007199254740991.0)); }
Arguments::operator float() { return static_cast<float>(take()); }

void Arguments::end() const {
  if (left_ != 0) throw std::invalid_argument("too many arguments");
}

namespace {

class ProgramBounds final : public Bounds {
 public:
  ProgramBounds(const Source& source, const Region& region, std::map<Address, double>& notes)
      : source_(source), tasks_(region.tasks(source.maxBatch, source.group)), notes_(notes) {}

  double samples() const override { return source_.maxBatch; }
  double tasks() const override { return tasks_; }

  void area(double address, double bytes) override {
    require(address >= 0 && bytes >= 0 && address + bytes <= static_cast<double>(source_.bytes));
  }
  void scratch(Scratch area, double bytes) override {
    for (const auto& areas : source_.scratch) require(bytes >= 0 && bytes <= static_cast<double>(areas[area].bytes));
  }
  void require(bool holds) override { isWithin = isWithin && holds; }
  void note(Address address, double value) override { notes_[address] = value; }
  double noted(Address address) override {
    const auto found = notes_.find(address);
    require(found != notes_.end());
    return found == notes_.end() ? 0 : found->second;
  }

  bool isWithin = true;

 private:
  const Source& source_;
  double tasks_;
  std::map<Address, double>& notes_;
};

/** Reads whole numbers of the code. */
class Reader {
 public:
  explicit Reader(const Source& source) : next_(source.code), end_(source.code + source.codeLength) {}

  int count() {
    if (next_ == end_) throw std::invalid_argument("the program's code ends early");
    return static_cast<int>(wholeNumber(*next_++, 1 << 24));
  }
  Arguments arguments(int count) {
    if (end_ - next_ < count) throw std::invalid_argument("the program's code ends early");
    next_ += count;
    return Arguments(next_ - count, count);
  }

 private:
  const double* next_;
  const double* end_;
};

Kernel* makeKernel(int width, const char* name, Arguments arguments) {
  Kernel* kernel = nullptr;
  if (width == 4) kernel = kernels4::makeKernel(name, arguments);
#if defined(__x86_64__)
  if (width == 8) kernel = kernels8::makeKernel(name, arguments);
  if (width == 16) kernel = kernels16::makeKernel(name, arguments);
#endif
  if (kernel == nullptr) throw std::invalid_argument("no such kernel");
  return kernel;
}

Region makeRegion(const Source& source, Reader& reader, std::map<Address, double>& notes) {
  Region region{reader.count(), reader.count(), reader.count(), {}};
  for (int calls = reader.count(); calls > 0; calls--) {
    const char* name = source.names.at(reader.count());
    try {
      region.calls.emplace_back(makeKernel(source.width, name, reader.arguments(reader.count())));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(std::string("kernel '") + name + "': " + error.what());
    }
    ProgramBounds bounds(source, region, notes);
    region.calls.back()->check(bounds);
    if (!bounds.isWithin) throw std::invalid_argument(std::string("kernel '") + name + "' would leave its memory");
  }
  return region;
}

void checkScratch(const Source& source) {
  for (const auto& areas : source.scratch) {
    if (areas.size() != SCRATCH_AREAS) throw std::invalid_argument("a thread's working memory has other areas");
    for (const auto& [address, bytes] : areas) {
      if (address < 0 || bytes < 0 || bytes > source.bytes - address) throw std::invalid_argument("working memory lies outside");
    }
  }
}

}  // namespace

std::vector<Command> makeProgram(const Source& source) {
  checkScratch(source);
  Reader reader(source);
  std::vector<Command> commands(reader.count());
  // A later command may rely on what an earlier one leaves in memory: a backward on the lists of its own forward.
  std::map<Address, double> notes;
  for (Command& command : commands) {
    for (int regions = reader.count(); regions > 0; regions--) command.push_back(makeRegion(source, reader, notes));
  }
  return commands;
}

}  // namespace assay
